import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import ts from "typescript";
import { loadConfig } from "../../src/config/load.ts";
import { run } from "../support/daemon.ts";
import { betweenMarkers, metricsTable } from "../support/metrics-table.ts";
import { readRepositoryFile, repository } from "../support/repository.ts";
import { tempDir } from "../support/temp.ts";

const readme = readRepositoryFile("README.md");
const dir = tempDir();

/** The README's code blocks of a language, in order. */
function blocks(language: string): readonly string[] {
  return [...readme.matchAll(/^```(\S+)\n(.*?)^```$/gmsu)]
    .filter(([, name]) => name === language)
    .map(([, , text = ""]) => text);
}

/** What the compiler says of configs that stand beside the sample config, each fault as `NUMBER: message`. */
function compilerFaults(configs: readonly { number: number; text: string }[]): readonly string[] {
  const { config } = ts.readConfigFile(join(repository, "tsconfig.json"), (path) => ts.sys.readFile(path)) as {
    config: unknown;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, repository);
  const texts = new Map(configs.map(({ number, text }) => [join(repository, `readme-${number}.config.ts`), text]));
  const host = ts.createCompilerHost(options);
  host.fileExists = (path) => texts.has(path) || ts.sys.fileExists(path);
  host.readFile = (path) => texts.get(path) ?? ts.sys.readFile(path);
  return ts.getPreEmitDiagnostics(ts.createProgram([...texts.keys()], options, host)).map(({ file, messageText }) => {
    const number = /readme-(\d+)/u.exec(file?.fileName ?? "")?.[1] ?? "?";
    return `${number}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
  });
}

describe("the README", () => {
  const configs = blocks("ts").map((text, index) => ({ number: index + 1, text }));

  test("the README has configs that compile, and a fault in one would show", () => {
    expect(configs.length).toBeGreaterThanOrEqual(2);
    const faulty = { number: 0, text: configs[0]?.text.replace("sources", "sauces") ?? "" };
    expect(compilerFaults([...configs, faulty])).toEqual([expect.stringMatching(/^0: .*sauces/u)]);
  });

  test.each(configs)("the README has a config $number that loads", async ({ number, text }) => {
    const file = join(dir, `readme-${number}.config.ts`);
    writeFileSync(file, text);
    expect((await loadConfig(file)).sources).toHaveLength(1);
  });

  test("the README shows a line that its first config counts", async () => {
    writeFileSync(join(dir, "first.config.ts"), configs[0]?.text ?? "");
    writeFileSync(join(dir, "line.jsonl"), blocks("json")[0] ?? "");
    const { stdout } = await run(["replay", "--json", "--config", "first.config.ts", "line.jsonl"], { cwd: dir });
    expect(JSON.parse(stdout)).toMatchObject({
      tags: [{ labels: { model: "fraud", version: "v3" } }],
      lines: { read: 1, accepted: 1 },
    });
  });

  test("the README lists every metric as the code has it (npm run docs writes the list)", () => {
    expect(betweenMarkers(readme).part).toBe(metricsTable());
  });

  test("the README names every command and every flag, and none that there is not", async () => {
    const help = async (command: string): Promise<string> => (await run([command, "--help"])).stdout;
    const { stdout } = await run(["--help"]);
    const commands = [...stdout.matchAll(/^ {2}([a-z]+) [[<]/gmu)]
      .map(([, name = ""]) => name)
      .filter((name) => name !== "help");
    const texts = await Promise.all(commands.map(help));
    const flags = new Set(
      texts.flatMap((text) => [...text.matchAll(/^ {2}.*?(--[a-z][a-z.-]*)/gmu)].map(([, flag]) => flag)),
    );
    const part = readme.slice(readme.indexOf("## Command line and HTTP"), readme.indexOf("## Reliability"));
    expect(new Set([...part.matchAll(/--[a-z][a-z.-]*/gu)].map(([flag]) => flag))).toEqual(flags);
    expect([...part.matchAll(/^\| `([a-z]+)(?: FILE\.\.\.)?` \|/gmu)].map(([, name]) => name)).toEqual(commands);
  });

  test.each([...readme.matchAll(/\]\(([^)]+)\)/gu)].map(([, target = ""]) => ({ target })))(
    "links to $target, which is there",
    ({ target }) => {
      expect(readRepositoryFile(target)).not.toBe("");
    },
  );
});
