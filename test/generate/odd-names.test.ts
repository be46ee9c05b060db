import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { generate } from "../../src/generate/outputs.ts";
import { modelSlug } from "../../src/generate/rules/models.ts";
import { repetitions } from "../support/effort.ts";
import { tempDir } from "../support/temp.ts";
import { makeConfig, webhook, type ConfigParts, type ModelParts, type ObjectiveParts } from "./support/config.ts";
import { oddNames } from "./support/odd-names.ts";
import { generateInto, tool } from "./support/tools.ts";

const dir = tempDir();

function comparedTo(version: string): ObjectiveParts {
  const bound = { kind: "maxDrop", value: 0.05, comparedTo: { kind: "version", version } } as const;
  return { metric: "accuracy", bound, severity: version };
}

/** Each name as a model, a class, a version, a team, a severity, a receiver and the name of an alert. */
function oddConfig(names: readonly string[]): ConfigParts {
  const models = names.map((name, index): [string, ModelParts] => [
    name,
    {
      team: name,
      objectives: [
        { metric: "recall", class: name, bound: { kind: "min", value: 0.9 }, severity: name, name: `low ${name}` },
        // Not for every name: these tests take long.
        ...(index % repetitions(8, 1) === 0 ? [comparedTo(name)] : []),
      ],
    },
  ]);
  const [first = ""] = names;
  const others: ModelParts = {
    team: first,
    objectives: [{ metric: "accuracy", bound: { kind: "min", value: 0.5 }, severity: first }],
  };
  const address = webhook("http://127.0.0.1:5001/");
  return {
    models: Object.fromEntries<ModelParts>([...models, ["*", others]]),
    teams: Object.fromEntries(names.map((name) => [name, Object.fromEntries([[name, [name]]])])),
    receivers: Object.fromEntries(names.map((name) => [name, address])),
    defaultReceiver: first,
    statusPage: { url: "https://mqe.example.com" },
  };
}

describe("odd names", () => {
  const config = makeConfig(oddConfig(oddNames));
  const out = join(dir, "odd");
  const paths = generateInto(config, out);

  test("every odd name gives its model a file of its own, on any file system", () => {
    const slugs = ["*", ...oddNames].map((name) => modelSlug(name));
    expect(new Set(slugs.map((name) => name.toLowerCase())).size).toBe(oddNames.length + 1);
    for (const slug of slugs) expect(slug).toMatch(/^[a-z0-9][a-z0-9_-]*$/u);
    expect(readdirSync(join(out, "prometheus/rules"))).toHaveLength(oddNames.length + 3);
  });

  test("odd names pass through rules and tests: promtool sees the alerts with exactly these labels and annotations", () => {
    const under = (folder: string): string[] => paths.filter((path) => path.startsWith(`${folder}/`));
    tool("promtool", ["check", "config", "prometheus/prometheus.yml"], { cwd: out });
    tool("promtool", ["test", "rules", ...under("prometheus/tests")], { cwd: out });
  });

  test("the generated tests expect odd names as messages print them, in one line", () => {
    const files = generate(config).files;
    for (const name of oddNames) {
      const file: unknown = parse(files.get(`prometheus/tests/${modelSlug(name)}.yml`) ?? "");
      expect(file).toMatchObject({
        tests: expect.arrayContaining([
          expect.objectContaining({
            alert_rule_test: expect.arrayContaining([
              expect.objectContaining({
                alertname: `low ${name}`,
                exp_alerts: [
                  expect.objectContaining({
                    exp_labels: expect.objectContaining({ model: name, class: name, severity: name, team: name }),
                    exp_annotations: expect.objectContaining({
                      description: expect.stringContaining(`of class ${name.replace(/[\p{C}\p{Z}]+/gu, " ")} over`),
                    }),
                  }),
                ],
              }),
            ]),
          }),
        ]),
      });
    }
  });

  test.each(oddNames)("the alerts of an odd name reach the receiver %j", (name) => {
    const file = join(out, "alertmanager/alertmanager.yml");
    const escaped = name.replace(/[\\"]/gu, "\\$&").replaceAll("\n", "\\n");
    const labels = ["team", "severity"].map((label) => `${label}="${escaped}"`);
    expect(tool("amtool", ["config", "routes", "test", `--config.file=${file}`, ...labels])).toBe(`${name}\n`);
  });
});
