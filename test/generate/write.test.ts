import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { compareFiles, stalenessText } from "../../src/generate/compare.ts";
import { generateFiles } from "../../src/generate/outputs.ts";
import { writeFiles } from "../../src/generate/write.ts";
import { tempDir } from "../support/temp.ts";
import { makeConfig } from "./support/config.ts";
import { sampleConfig, sampleParts } from "./support/configs.ts";

const dir = tempDir();

function tree(dir: string): Record<string, string> {
  const names = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(names.map((entry) => [join(entry.parentPath, entry.name), ""]));
}

describe("the generated files", () => {
  test("are the same bytes from run to run, in the order of their paths", () => {
    const files = generateFiles(sampleConfig);
    expect([...generateFiles(makeConfig(sampleParts))]).toEqual([...files]);
    expect([...files.keys()]).toEqual([...files.keys()].sort());
  });

  test("say what wrote them and how to write them again, without a machine's folders", () => {
    const config = makeConfig({ ...sampleParts, file: "/home/someone/at/work/model-quality.config.ts" });
    for (const [path, text] of generateFiles(config)) {
      const head = text.slice(0, 400);
      expect([path, head]).toEqual([path, expect.stringContaining("Written by `model-quality-exporter generate`")]);
      expect(head).toContain("generate --config model-quality.config.ts");
      expect(text).not.toContain("/home/someone");
      expect(text.endsWith("\n")).toBe(true);
    }
  });
});

describe("writing", () => {
  test("writes every file, then finds nothing to change", () => {
    const out = join(dir, "new", "folder");
    const files = generateFiles(sampleConfig);
    expect(writeFiles(files, out).written).toEqual([...files.keys()]);
    for (const [path, text] of files) expect(readFileSync(join(out, path), "utf8")).toBe(text);
    expect(writeFiles(files, out)).toEqual({ written: [], removed: [], unchanged: [...files.keys()] });
    expect(readdirSync(out).filter((name) => name.startsWith("."))).toEqual([]);
  });

  test("removes files of ours that are no longer generated, and nothing else", () => {
    const out = join(dir, "removes");
    writeFiles(generateFiles(sampleConfig), out);
    writeFileSync(join(out, "prometheus/rules/mine.yml"), "groups: []\n");
    const written = writeFiles(generateFiles(makeConfig({})), out);
    expect(written.removed).toContain("prometheus/rules/fraud.yml");
    expect(readdirSync(join(out, "prometheus/rules"))).toContain("mine.yml");
    expect(readdirSync(join(out, "prometheus/rules"))).not.toContain("fraud.yml");
  });

  test("writes all or none: what it had already moved is put back when a later file cannot be written", () => {
    const out = join(dir, "all-or-none");
    const before = generateFiles(makeConfig({}));
    writeFiles(before, out);
    // The last path in order: a file stands where its folder should be.
    const files = new Map([...generateFiles(sampleConfig), ["zz/file.yml", "text\n"]]);
    writeFileSync(join(out, "zz"), "in the way");
    const was = tree(out);
    expect(() => writeFiles(files, out)).toThrow("nothing was changed");
    expect(tree(out)).toEqual(was);
    for (const [path, text] of before) expect(readFileSync(join(out, path), "utf8")).toBe(text);
  });
});

describe("the comparison with what is there", () => {
  test("finds nothing right after writing", () => {
    const out = join(dir, "fresh");
    const files = generateFiles(sampleConfig);
    writeFiles(files, out);
    expect(stalenessText(compareFiles(files, out))).toBe("");
  });

  test("shows a diff of a changed file, and names files that are missing or left over", () => {
    const out = join(dir, "stale");
    const files = generateFiles(sampleConfig);
    writeFiles(files, out);
    const rules = join(out, "prometheus/rules/fraud.yml");
    writeFileSync(rules, readFileSync(rules, "utf8").replace("for: 10m", "for: 99m"));
    rmSync(join(out, "alertmanager/alertmanager.yml"));
    writeFileSync(join(out, "prometheus/rules/old.yml"), files.get("prometheus/rules/fraud.yml") ?? "");
    mkdirSync(join(out, "prometheus/rules/kept"));
    const stale = compareFiles(files, out);
    expect(stale.missing).toEqual(["alertmanager/alertmanager.yml"]);
    expect(stale.leftOver).toEqual(["prometheus/rules/old.yml"]);
    const text = stalenessText(stale);
    expect(text).toContain("--- a/prometheus/rules/fraud.yml");
    expect(text).toMatch(/^- +for: 99m$/mu);
    expect(text).toMatch(/^\+ +for: 10m$/mu);
    expect(text).toContain("missing: alertmanager/alertmanager.yml");
    expect(text).toContain("left over, no longer generated: prometheus/rules/old.yml");
  });
});
