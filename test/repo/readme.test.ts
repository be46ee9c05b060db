import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import ts from "typescript";
import { loadConfig } from "../../src/config/load.ts";
import { rejectReasons } from "../../src/decode/event.ts";
import { exporterRunbooks } from "../../src/generate/runbooks/exporter-runbooks.ts";
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

/** The cells of the first table after a text, without its head. */
function table(page: string, after: string): readonly (readonly string[])[] {
  const lines = page.slice(page.indexOf(after)).split("\n");
  const first = lines.findIndex((line) => line.startsWith("| ---"));
  const end = lines.findIndex((line, index) => index > first && !line.startsWith("|"));
  return lines.slice(first + 1, end).map((line) => line.split(/(?<!\\)\|/u).map((cell) => cell.trim()));
}

/** The words in code of a cell; `.version` is of the same section as the word before it. */
function codes(cell = ""): readonly string[] {
  const words = [...cell.matchAll(/`([^`]+)`/gu)].map(([, word = ""]) => word);
  return words.map((word) => (word.startsWith(".") ? (words[0]?.split(".")[0] ?? "") + word : word));
}

/** Tells whether a text has a value as a word of its own, whatever the quotes around it. */
function states(text: string, value: string): boolean {
  const bare = (of: string): string => of.replace(/[`"[\]]/gu, "");
  return bare(text)
    .split(/[\s,;|]+/u)
    .includes(bare(value));
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
    expect((await loadConfig(file)).sources.length).toBeGreaterThan(0);
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

  const reference = readRepositoryFile("docs/config.md");
  test.each([
    { section: "source", after: "### `sources`" },
    { section: "fields", after: "| field | meaning" },
    { section: "join", after: "| key of `join`" },
    { section: "model", after: "| key of a model" },
    { section: "objective", after: "| key of an objective" },
    { section: "prometheus", after: "### `prometheus`", prefix: "prometheus." },
    { section: "exposition", after: "### `prometheus`", prefix: "exposition." },
    { section: "limits", after: "### `prometheus`", prefix: "limits." },
  ])("the README lists each key of $section, and its default", ({ section, after, prefix = "" }) => {
    const rows = table(readme, after).flatMap((cells) =>
      codes(cells[1]).flatMap((key): [string, string][] =>
        key.startsWith(prefix) ? [[key.slice(prefix.length), cells.slice(2).join(" | ")]] : [],
      ),
    );
    const keys = table(reference, `\n## ${section}\n`).map(([, key, , meaning = ""]) => ({
      key: codes(key)[0] ?? "",
      byDefault: /Default `([^`]+)`/u.exec(meaning)?.[1],
    }));
    expect(rows.map(([key]) => key).sort()).toEqual(keys.map(({ key }) => key).sort());
    const texts = new Map(rows);
    const untold = keys.filter(
      ({ key, byDefault }) => byDefault !== undefined && !states(texts.get(key) ?? "", byDefault),
    );
    expect(untold).toEqual([]);
  });

  test("the README lists each metric that an objective may bound", () => {
    const [, form = ""] =
      table(reference, "\n## objective\n")
        .find(([, key]) => key === "`metric`")
        ?.slice(1) ?? [];
    const row = table(readme, "| key of an objective").find(([, key]) => key === "`metric`");
    expect(codes(row?.[2])).toEqual(codes(form).map((word) => word.replaceAll('"', "")));
  });

  test("the README lists each alert beside the objectives", () => {
    const listed = table(readme, "### Alerts beside the objectives").flatMap(([, names]) => codes(names));
    expect([...listed].sort()).toEqual(Object.keys(exporterRunbooks).sort());
  });

  test("the README lists each reason for which a line is rejected", () => {
    const [, reasons] = /counts them by `reason` \(([^)]+)\)/u.exec(readme) ?? [];
    expect(codes(reasons)).toEqual([...rejectReasons]);
  });

  test("the README states the default of each flag of serve", async () => {
    const help = (await run(["serve", "--help"])).stdout.replaceAll(/\s+/gu, " ");
    const defaults = new Map(
      help
        .split(/ (?=--[a-z])/u)
        .map((option) => [option.split(" ")[0] ?? "", /default: (.*?)\)/u.exec(option)?.[1]?.replace("false", "off")]),
    );
    const untold = table(readme, "| flag of `serve`").flatMap(([, names, , text = ""]) =>
      codes(names).filter((name) => {
        const byDefault = defaults.get(name.split(" ")[0] ?? "");
        return byDefault !== undefined && !states(text, byDefault);
      }),
    );
    expect(untold).toEqual([]);
  });

  test.each([2, 10])("the README states what a tag with %d classes takes in memory, to a quarter", (classes) => {
    const measured = execFileSync(process.execPath, [join(repository, "test/bench/memory.js"), String(classes)]);
    const [, reachable] = /(\d+) kB reachable/u.exec(String(measured)) ?? [];
    const [, stated] = new RegExp(`(\\d+) kB for ${classes}\\b`, "u").exec(readme) ?? [];
    expect(Math.abs(Number(reachable) / Number(stated) - 1)).toBeLessThan(0.25);
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
