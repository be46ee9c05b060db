import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { checkFiles, type Check } from "../../src/generate/check.ts";
import { generate } from "../../src/generate/outputs.ts";
import { tempDir } from "../support/temp.ts";
import { sampleConfig } from "./support/configs.ts";
import { generateInto } from "./support/tools.ts";

const dir = tempDir();

async function checks(out: string): Promise<readonly Check[]> {
  const all: Check[] = [];
  for await (const check of checkFiles(generate(sampleConfig), out)) all.push(check);
  return all;
}

describe("check", () => {
  test("promtool and amtool accept every generated file and the route of every alert", async () => {
    const out = join(dir, "accepted");
    generateInto(sampleConfig, out);
    const all = await checks(out);
    expect(all.filter(({ outcome }) => outcome !== "ok")).toEqual([]);
    const said = all.map(({ what }) => what).join("\n");
    expect(said).toContain("promtool check config");
    expect(said).toContain("amtool check-config");
    expect(said).toMatch(/routes test .*team="payments".* -> payments-pager/u);
  });

  test("the check fails for stale files, and for files that a program refuses", async () => {
    const out = join(dir, "refused");
    generateInto(sampleConfig, out);
    writeFileSync(
      join(out, "prometheus/rules/fraud.yml"),
      "groups: [{ name: a, rules: [{ alert: A, expr: '1 +' }] }]\n",
    );
    rmSync(join(out, "alertmanager/alertmanager.yml"));
    const failed = (await checks(out)).filter(({ outcome }) => outcome === "failed").map(({ what }) => what);
    expect(failed).toContain("generated files are current");
    expect(failed).toContain("promtool check rules");
    expect(failed).toContain("amtool check-config");
  });

  test("the check says which programs are not installed", async () => {
    const out = join(dir, "alone");
    generateInto(sampleConfig, out);
    const path = process.env["PATH"];
    try {
      process.env["PATH"] = out;
      const skipped = (await checks(out)).filter(({ outcome }) => outcome === "skipped");
      expect(skipped.map(({ detail }) => detail)).toContain("promtool is not installed");
      expect(skipped.map(({ detail }) => detail)).toContain("amtool is not installed");
    } finally {
      process.env["PATH"] = path;
    }
  });
});
