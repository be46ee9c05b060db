import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import ts from "typescript";

const root = fileURLToPath(new URL("../..", import.meta.url));
const files = ["define-config.ts", "input-keys.ts"].map((name) => fileURLToPath(new URL(name, import.meta.url)));
const cases = files[0] ?? "";
const directive = /@ts-expect-error (?<why>.*)/u;

/** What the compiler says of the type tests, `line: message` each; `edit` changes the text of the cases beforehand. */
function compile(edit: (text: string) => string): Map<number, string> {
  const { options } = ts.parseJsonConfigFileContent({ extends: "./tsconfig.json", files }, ts.sys, root);
  const host = ts.createCompilerHost(options);
  const readFile = host.readFile.bind(host);
  host.readFile = (path) => (path === cases ? edit(readFileSync(path, "utf8")) : readFile(path));
  const program = ts.createProgram(files, options, host);
  const messages = ts.getPreEmitDiagnostics(program).map((diagnostic): [number, string] => {
    const line = diagnostic.file?.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line ?? -1;
    return [line, ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n")];
  });
  return new Map(messages);
}

describe("the types of defineConfig", () => {
  test("take every good config and refuse every bad one", () => {
    expect([...compile((text) => text)]).toEqual([]);
  });

  test("name what is wrong, at the line that is wrong", () => {
    const lines = readFileSync(cases, "utf8").split("\n");
    const expected = lines.flatMap((text, line) => {
      const word = /"(?<word>[^"]+)"/u.exec(directive.exec(text)?.groups?.["why"] ?? "")?.groups?.["word"];
      return word === undefined ? [] : [{ line: line + 1, word }];
    });
    const messages = compile((text) => text.replaceAll("@ts-expect-error ", ""));
    expect(expected.length).toBeGreaterThan(25);
    expect([...messages.keys()].sort((a, b) => a - b)).toEqual(expected.map(({ line }) => line));
    const silent = expected.filter(({ line, word }) => messages.get(line)?.includes(word) !== true);
    expect(silent.map(({ line, word }) => `line ${line} without "${word}": ${messages.get(line) ?? ""}`)).toEqual([]);
  });
});
