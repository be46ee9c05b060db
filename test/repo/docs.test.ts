import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { rejectReasons } from "../../src/decode/event.ts";
import { exporterRunbooks } from "../../src/generate/runbooks/exporter-runbooks.ts";
import { run } from "../support/daemon.ts";
import { anchorsOf, codes, documentationPages, linksOf, table } from "../support/documentation.ts";
import { betweenMarkers, metricsTable } from "../support/metrics-table.ts";
import { filesUnder, readRepositoryFile, repository } from "../support/repository.ts";

/** The paths of this repository that a page names in code. */
function namedPaths(page: string): readonly string[] {
  const code = readRepositoryFile(page).matchAll(
    /`((?:src|test|docs|examples)\/[^`\s*<]+|\.dependency-cruiser\.cjs)`/gu,
  );
  return [...code].map(([, path = ""]) => path);
}

/** Tells whether a text has a value as a word of its own, whatever the quotes around it. */
function states(text: string, value: string): boolean {
  const bare = (of: string): string => of.replace(/[`"[\]]/gu, "");
  return bare(text)
    .split(/[\s,;|]+/u)
    .includes(bare(value));
}

describe("the documentation", () => {
  test.each([...documentationPages, "CHANGELOG.md"])("%s leads to files and headings that are there", (page) => {
    const broken = linksOf(page).filter(({ path, anchor }) => {
      if (!existsSync(join(repository, path))) return true;
      return anchor !== undefined && !anchorsOf(path).has(anchor);
    });
    expect(broken.map(({ text }) => text)).toEqual([]);
    expect(namedPaths(page).filter((path) => !existsSync(join(repository, path)))).toEqual([]);
  });

  test("each page is named by the README", () => {
    const named = new Set(linksOf("README.md").map(({ path }) => path));
    expect(documentationPages.filter((page) => page !== "README.md" && !named.has(page))).toEqual([]);
  });

  test("the walk through the house names a file of every folder of the sources", () => {
    const folders = new Set(filesUnder("src").flatMap((path) => /^src\/([^/]+)\//u.exec(path)?.[1] ?? []));
    const named = new Set(namedPaths("docs/how-it-works.md").flatMap((path) => /^src\/([^/]+)/u.exec(path)?.[1] ?? []));
    expect([...folders].filter((folder) => !named.has(folder))).toEqual([]);
  });

  test("no page says what another one says, nor what it has said already", () => {
    // Pages that are written from the code repeat what several objects and forms have in common.
    const written = new Set(["docs/config.md", "docs/forms.md"]);
    const places = new Map<string, string[]>();
    for (const page of documentationPages) {
      const text = readRepositoryFile(page)
        .replaceAll(/^```.*?^```$/gmsu, "")
        .replaceAll(/\n(?=\S| {2}\S)/gu, " ");
      for (const sentence of text.split(/(?<=[.:;])\s+|\n/u)) {
        const words = sentence.replaceAll(/\s+/gu, " ").trim();
        if (words.split(" ").length < 8) continue;
        const before = places.get(words) ?? [];
        if (!written.has(page) || !before.includes(page)) places.set(words, [...before, page]);
      }
    }
    expect([...places].filter(([, pages]) => pages.length > 1)).toEqual([]);
  });
});

describe("the documentation lists", () => {
  test("every metric as the code has it (npm run docs writes the list)", () => {
    expect(betweenMarkers(readRepositoryFile("docs/metrics.md")).part).toBe(metricsTable());
  });

  test("each alert beside the objectives", () => {
    const listed = table("docs/alerts.md", "## Alerts beside the objectives").flatMap(([, names]) => codes(names));
    expect([...listed].sort()).toEqual(Object.keys(exporterRunbooks).sort());
  });

  test("each reason for which a line is rejected", () => {
    const [, reasons] = /counts them by `reason`\s+\(([^)]+)\)/u.exec(readRepositoryFile("docs/reliability.md")) ?? [];
    expect(codes(reasons)).toEqual([...rejectReasons]);
  });

  test("the default of each flag of serve", async () => {
    const help = (await run(["serve", "--help"])).stdout.replaceAll(/\s+/gu, " ");
    const defaults = new Map(
      help
        .split(/ (?=--[a-z])/u)
        .map((option) => [option.split(" ")[0] ?? "", /default: (.*?)\)/u.exec(option)?.[1]?.replace("false", "off")]),
    );
    const untold = table("docs/commands.md", "| flag of `serve`").flatMap(([, names, , text = ""]) =>
      codes(names).filter((name) => {
        const byDefault = defaults.get(name.split(" ")[0] ?? "");
        return byDefault !== undefined && !states(text, byDefault);
      }),
    );
    expect(untold).toEqual([]);
  });

  test.each([2, 10])("what a tag with %d classes takes in memory, to a quarter", (classes) => {
    const measured = execFileSync(process.execPath, [join(repository, "test/bench/memory.js"), String(classes)]);
    const [, reachable] = /(\d+) kB reachable/u.exec(String(measured)) ?? [];
    const page = readRepositoryFile("docs/metrics.md");
    const [, stated] = new RegExp(`(\\d+)\\s+kB\\s+for\\s+${classes}\\b`, "u").exec(page) ?? [];
    expect(Math.abs(Number(reachable) / Number(stated) - 1)).toBeLessThan(0.25);
  });

  test("every command and every flag, and none that there is not", async () => {
    const help = async (command: string): Promise<string> => (await run([command, "--help"])).stdout;
    const { stdout } = await run(["--help"]);
    const commands = [...stdout.matchAll(/^ {2}([a-z]+) [[<]/gmu)]
      .map(([, name = ""]) => name)
      .filter((name) => name !== "help");
    const texts = await Promise.all(commands.map(help));
    const flags = new Set(
      texts.flatMap((text) => [...text.matchAll(/^ {2}.*?(--[a-z][a-z.-]*)/gmu)].map(([, flag]) => flag)),
    );
    const flagsOf = (text: string): Set<string> => new Set(text.match(/--[a-z][a-z.-]*/gu));
    const page = readRepositoryFile("docs/commands.md");
    expect([...flagsOf(page)].filter((flag) => !flags.has(flag))).toEqual([]);
    const named = flagsOf(documentationPages.map(readRepositoryFile).join("\n"));
    expect([...flags].filter((flag = "") => !named.has(flag))).toEqual([]);
    expect([...page.matchAll(/^\| `([a-z]+)(?: FILE\.\.\.)?` \|/gmu)].map(([, name]) => name)).toEqual(commands);
  });
});
