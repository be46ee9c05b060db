import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { checkFiles, type Check } from "../../src/generate/check.ts";
import { generate } from "../../src/generate/outputs.ts";
import { tempDir } from "../support/temp.ts";
import { makeConfig } from "./support/config.ts";
import { dropHealthAlerts, sampleConfig, sampleParts } from "./support/configs.ts";
import { generateInto } from "./support/tools.ts";

const dir = tempDir();
const parts = { ...sampleParts, extend: { changeRules: dropHealthAlerts } };
const quickConfig = makeConfig(parts);

async function checks(out: string, config = quickConfig): Promise<readonly Check[]> {
  const all: Check[] = [];
  for await (const check of checkFiles(generate(config), out)) all.push(check);
  return all;
}

describe("check", () => {
  test("promtool and amtool accept every generated file and the route of every alert", async () => {
    const out = join(dir, "accepted");
    generateInto(sampleConfig, out);
    const all = await checks(out, sampleConfig);
    expect(all.filter(({ outcome }) => outcome !== "ok")).toEqual([]);
    const said = all.map(({ what }) => what).join("\n");
    expect(said).toContain("promtool check config");
    expect(said).toContain("amtool check-config");
    expect(said).toMatch(/routes test .*team="payments".* -> payments-pager/u);
  });

  test("the check takes a prometheus.yml whose certificates are on the machine of Prometheus, and names them", async () => {
    const out = join(dir, "elsewhere");
    const files = { caFile: "/nowhere/ca.crt", certFile: "/nowhere/tls.crt", keyFile: "/nowhere/tls.key" };
    const tls = { ...files, serverName: "mqe", insecureSkipVerify: true };
    const basicAuth = { username: "prometheus", passwordFile: "/nowhere/password" };
    const config = makeConfig({ ...parts, prometheus: { tls, basicAuth } });
    generateInto(config, out);
    const all = await checks(out, config);
    expect(all.filter(({ outcome }) => outcome === "failed")).toEqual([]);
    expect(all).toContainEqual({
      what: "files for scrapes",
      outcome: "skipped",
      detail: "not on this machine: /nowhere/ca.crt, /nowhere/tls.crt, /nowhere/tls.key, /nowhere/password",
    });
  });

  test("the check fails for stale files, and for files that a program refuses", async () => {
    const out = join(dir, "refused");
    generateInto(quickConfig, out);
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

  test("the check says once of each tool that it is older than what the files are for", async () => {
    const out = join(dir, "newer");
    const config = makeConfig({ ...parts, prometheus: { version: [99, 1] }, alerting: { version: [98, 0] } });
    generateInto(config, out);
    const older = (await checks(out, config)).filter(({ detail }) => detail.includes("is older than"));
    expect(older.map(({ detail }) => detail.replace(/tool \S+ is/u, "tool X is"))).toEqual([
      "promtool X is older than prometheus.version (99.1), and may refuse what is right",
      "amtool X is older than alerting.version (98.0), and may refuse what is right",
    ]);
  });

  test("the check refuses rules of one name and labels, which promtool only warns of by default", async () => {
    const out = join(dir, "alike");
    generateInto(quickConfig, out);
    const rules = "[{ alert: A, expr: up }, { alert: A, expr: up > 0 }]";
    writeFileSync(join(out, "prometheus/rules/fraud.yml"), `groups: [{ name: a, rules: ${rules} }]\n`);
    const failed = (await checks(out)).filter(({ outcome }) => outcome === "failed").map(({ what }) => what);
    expect(failed).toContain("promtool check rules");
  });

  test("the check says which programs are not installed", async () => {
    const out = join(dir, "alone");
    generateInto(quickConfig, out);
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
