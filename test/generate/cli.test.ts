import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { checkCommand } from "../../src/cli/check.ts";
import { generateCommand } from "../../src/cli/generate.ts";
import { tempDir } from "../support/temp.ts";

const dir = tempDir();
const config = join(dir, "model-quality.config.json");
const user = {
  sources: [{ files: ["/var/log/models/*.jsonl"] }],
  models: {
    fraud: {
      team: "payments",
      classes: ["legit", "fraud"],
      objectives: [{ metric: "recall", class: "fraud", min: 0.85, window: "1h", severity: "critical" }],
    },
  },
  teams: { payments: { critical: ["hook"] } },
  receivers: { hook: { webhook: { url: "http://127.0.0.1:5001/" } } },
  alerting: { defaultReceiver: "hook" },
};

let printed = "";

beforeEach(() => {
  printed = "";
  writeFileSync(config, JSON.stringify(user));
  jest.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});

afterEach(() => {
  jest.restoreAllMocks();
});

describe("generate and check", () => {
  test("write the files, find them current, and let the programs accept them", async () => {
    const out = join(dir, "fresh");
    expect(await generateCommand({ config, out, check: false })).toBe(0);
    expect(printed).toContain("written: prometheus/rules/fraud.yml\n");
    expect(await generateCommand({ config, out, check: true })).toBe(0);
    expect(printed).toContain("generated files are current");
    expect(await checkCommand({ config, out })).toBe(0);
    expect(printed).toMatch(/^ok +config$/mu);
    expect(printed).toMatch(/^ok +promtool test rules$/mu);
    expect(printed).not.toMatch(/^failed/mu);
  });

  test("--check writes nothing, shows what is stale and gives 1", async () => {
    const out = join(dir, "stale");
    expect(await generateCommand({ config, out, check: true })).toBe(1);
    expect(existsSync(out)).toBe(false);
    expect(printed).toContain("missing: alertmanager/alertmanager.yml\n");
    await generateCommand({ config, out, check: false });
    const path = join(out, "prometheus/prometheus.yml");
    writeFileSync(path, readFileSync(path, "utf8").replace("15s", "16s"));
    printed = "";
    expect(await generateCommand({ config, out, check: true })).toBe(1);
    expect(printed).toContain("-  scrape_interval: 16s\n+  scrape_interval: 15s\n");
    printed = "";
    expect(await checkCommand({ config, out })).toBe(1);
    expect(printed).toMatch(/^failed +generated files are current\n +=+/mu);
  });

  test("name what a program refuses below the line of its check", async () => {
    const out = join(dir, "broken");
    await generateCommand({ config, out, check: false });
    rmSync(join(out, "alertmanager/alertmanager.yml"));
    printed = "";
    expect(await checkCommand({ config, out })).toBe(1);
    expect(printed).toMatch(/^failed +amtool check-config\n(?: {9}.*\n)*.*does not exist/mu);
  });

  test("refuse a config that cannot be generated honestly, and write nothing", async () => {
    const out = join(dir, "refused");
    const receivers = { hook: { discord: { webhookUrlFile: "/etc/alertmanager/discord" } } };
    writeFileSync(config, JSON.stringify({ ...user, receivers }));
    await expect(generateCommand({ config, out, check: false })).rejects.toMatchObject({ exitCode: 2 });
    await expect(checkCommand({ config, out })).rejects.toMatchObject({ exitCode: 2 });
    expect(existsSync(out)).toBe(false);
  });
});
