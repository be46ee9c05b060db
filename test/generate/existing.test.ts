import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { generate } from "../../src/generate/outputs.ts";
import { runTool } from "../../src/generate/run-tool.ts";
import { writeFiles } from "../../src/generate/files/write.ts";
import { yamlText } from "../../src/generate/files/yaml.ts";
import { tempDir } from "../support/temp.ts";
import { makeConfig } from "./support/config.ts";
import { dropHealthAlerts, sampleParts } from "./support/configs.ts";

const dir = tempDir();
const ours = "model-quality";
const config = makeConfig({
  ...sampleParts,
  extend: {
    changeRules: dropHealthAlerts,
    ruleGroups: [
      {
        name: "own",
        rules: [
          {
            alert: "LabelQueueLong (own)",
            expr: "label_queue_length > 1000",
            labels: { team: "payments", severity: "critical" },
          },
        ],
      },
    ],
  },
});

/** A config that has been there for long, in whose labels the same teams stand. */
const theirs = {
  route: { receiver: "duty", group_by: ["alertname"], routes: [{ matchers: ['team="payments"'], receiver: "bank" }] },
  inhibit_rules: [
    { source_matchers: ['severity="critical"'], target_matchers: ['severity="warning"'], equal: ["host"] },
  ],
  receivers: [{ name: "duty" }, { name: "bank" }],
};

interface Merged {
  readonly route: { readonly routes: readonly unknown[] };
  readonly inhibit_rules: readonly unknown[];
  readonly receivers: readonly unknown[];
}

const alertmanager = join(dir, "alertmanager.yml");

async function receiversOf(labels: Readonly<Record<string, string>>): Promise<string> {
  const words = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  const result = await runTool("amtool", ["config", "routes", "test", `--config.file=${alertmanager}`, ...words]);
  return result?.output.trimEnd().split("\n").at(-1) ?? "";
}

describe("rules and routes for a Prometheus and an Alertmanager that are there already", () => {
  const { files, scope, plan } = generate(config, ["rules", "routes"]);

  beforeAll(() => {
    writeFiles(files, join(dir, ours), false, scope);
    const fragment = parse(files.get("alertmanager/routes.yml") ?? "") as Merged;
    // As docs/existing-prometheus.md has it: ours come first, lists are put one after the other.
    const merged = {
      ...fragment,
      ...theirs,
      templates: [`${ours}/alertmanager/templates/*.tmpl`],
      route: { ...theirs.route, routes: [...fragment.route.routes, ...theirs.route.routes] },
      inhibit_rules: [...fragment.inhibit_rules, ...theirs.inhibit_rules],
      receivers: [...fragment.receivers, ...theirs.receivers],
    };
    writeFileSync(alertmanager, yamlText(merged));
    mkdirSync(join(dir, "rules"));
    writeFileSync(join(dir, "rules/own.yml"), "groups: [{ name: host, rules: [{ alert: Down, expr: up == 0 }] }]\n");
    writeFileSync(
      join(dir, "prometheus.yml"),
      `rule_files: [rules/*.yml, ${ours}/prometheus/rules/*.yml]\n` +
        "scrape_configs: [{ job_name: model-quality-exporter, static_configs: [{ targets: [mqe:9877] }] }]\n",
    );
  });

  test("hold no file that is a whole config of either", () => {
    expect([...files.keys()].filter((path) => /(?:prometheus|alertmanager)\.yml$/u.test(path))).toEqual([]);
    expect(parse(files.get("alertmanager/routes.yml") ?? "")).not.toHaveProperty("route.receiver");
  });

  test("are taken by promtool and amtool in the middle of others", async () => {
    const prometheus = await runTool("promtool", ["check", "config", join(dir, "prometheus.yml")]);
    expect(prometheus).toMatchObject({ ok: true });
    expect(await runTool("amtool", ["check-config", alertmanager])).toMatchObject({ ok: true });
  });

  test("lead each alert of the config to whom it must reach, and leave the alerts of others where they went", async () => {
    expect(plan.routingCases.length).toBeGreaterThan(3);
    for (const { labels, receivers } of plan.routingCases) {
      expect({ labels, receivers: await receiversOf(labels) }).toEqual({ labels, receivers: receivers.join(",") });
    }
    expect(await receiversOf({ alertname: "DiskFull", severity: "critical" })).toBe("duty");
    expect(await receiversOf({ alertname: "DiskFull", severity: "critical", team: "payments", job: "node" })).toBe(
      "bank",
    );
  });
});
