import { describe, expect, test } from "@jest/globals";
import ts from "typescript";
import { generate } from "../../src/generate/outputs.ts";
import { makePlan } from "../../src/generate/plan.ts";
import { filesUnder, readRepositoryFile } from "../support/repository.ts";
import { makeConfig } from "./support/config.ts";
import { sampleConfig, sampleParts } from "./support/configs.ts";

describe("the plan of a config", () => {
  test("the plan calls the user's function once for each group, however many files are made from it", () => {
    const asked: string[] = [];
    const changeRules = (group: { readonly name: string }): unknown => {
      asked.push(group.name);
      return group;
    };
    generate(makeConfig({ ...sampleParts, extend: { changeRules } }));
    expect(asked).toEqual([
      "model-quality-fraud",
      "model-quality-other-models",
      "model-quality-exporter",
      "model-quality-fraud.silence",
      "model-quality-other-models.silence",
    ]);
  });

  test("the plan has the rules of every model, every alert that can fire, and where each of them is routed", () => {
    const { models, groups, ruleFiles, alerts, routingCases } = makePlan(sampleConfig);
    expect(models.map(({ slug }) => slug)).toEqual(["fraud", "other-models"]);
    expect(groups.map(({ group }) => group.name)).toEqual([
      "model-quality-fraud",
      "model-quality-other-models",
      "model-quality-exporter",
      "model-quality-fraud.silence",
      "model-quality-other-models.silence",
    ]);
    expect(ruleFiles.map(([path]) => path)).toEqual(["fraud.yml", "other-models.yml", "exporter.yml", "silence.yml"]);
    const named = new Set(routingCases.map(({ labels }) => labels["alertname"]));
    expect([...named].sort()).toEqual([...new Set(alerts.map(({ name }) => name))].sort());
  });

  test("no function of a folder takes the whole config, only the sections that it needs", () => {
    const sources = filesUnder("src/generate").filter((path) => path.split("/").length > 3);
    expect(sources.length).toBeGreaterThan(50);
    expect(sources.flatMap((path) => functionsOfConfig(path, readRepositoryFile(path)))).toEqual([]);
  });

  test("that rule finds each way to take a whole config", () => {
    const text = [
      "function a(config: Config) {}",
      "const b = ({ teams }: Config): void => {};",
      "export type C = (config: Config, path: string) => void;",
      'function d(config: Pick<Config, "teams">, teams: Config["teams"]) {}',
    ].join("\n");
    expect(functionsOfConfig("a.ts", text)).toHaveLength(3);
  });
});

/** The parameters of a source whose type is the whole config, as `path: parameter`. */
function functionsOfConfig(path: string, text: string): readonly string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isParameter(node) && node.type?.getText() === "Config") found.push(`${path}: ${node.getText()}`);
    node.forEachChild(visit);
  };
  visit(source);
  return found;
}
