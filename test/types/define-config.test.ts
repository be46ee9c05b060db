import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import ts from "typescript";

const root = fileURLToPath(new URL("../..", import.meta.url));
const files = ["define-config.ts", "input-keys.ts"].map((name) => fileURLToPath(new URL(name, import.meta.url)));
const cases = files[0] ?? "";
const directive = /@ts-expect-error (?<why>.*)/u;

/** What the compiler says of the type tests by line, as though none of it had been expected. */
function compile(): ReadonlyMap<number, string> {
  const { options } = ts.parseJsonConfigFileContent({ extends: "./tsconfig.json", files }, ts.sys, root);
  const host = ts.createCompilerHost(options);
  const readFile = host.readFile.bind(host);
  host.readFile = (path) =>
    path === cases ? readFileSync(path, "utf8").replaceAll("@ts-expect-error ", "") : readFile(path);
  const program = ts.createProgram(files, options, host);
  const messages = ts.getPreEmitDiagnostics(program).map((diagnostic): [number, string] => {
    const line = diagnostic.file?.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line ?? -1;
    return [line, ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n")];
  });
  return new Map(messages.sort(([a], [b]) => a - b));
}

describe("the types of defineConfig", () => {
  const expected = readFileSync(cases, "utf8")
    .split("\n")
    .flatMap((text, line) => {
      const why = directive.exec(text)?.groups?.["why"];
      return why === undefined ? [] : [{ line: line + 1, word: /"(?<word>[^"]+)"/u.exec(why)?.groups?.["word"] }];
    });
  const messages = compile();

  test("take every good config and refuse every bad one", () => {
    expect(expected.length).toBeGreaterThan(25);
    expect([...messages.keys()]).toEqual(expected.map(({ line }) => line));
  });

  test("name what is wrong, at the line that is wrong", () => {
    const silent = expected.filter(({ line, word }) => word === undefined || !messages.get(line)?.includes(word));
    expect(silent.map(({ line, word }) => `line ${line} without "${word}": ${messages.get(line) ?? ""}`)).toEqual([]);
  });
});
