import type { Config } from "../../config/config.ts";
import { exporterAlerts } from "../rules/exporter-alerts.ts";
import { exporterStep, exporterTests } from "./exporter-tests.ts";
import { exporterSlug, namedModels } from "../rules/models.ts";
import { freeName, objectiveTests, type SteppedTest } from "./objective-tests.ts";
import { durationWord, ruleTestFile } from "./promtool-test.ts";
import { effectiveGroups } from "../rules/change-rules.ts";
import { modelRules } from "../rules/rule-groups.ts";

/**
 * The test files: name and content. Tests with ticks of another length stand in a file of their own. What the user's own
 * function changed is not tested: what it should do is the user's to say.
 */
export function ruleTestFiles(config: Config): readonly (readonly [path: string, content: unknown])[] {
  const intact = new Map(effectiveGroups(config).map((group) => [group.generated.slug, group.intact]));
  const untouched = (slug: string) => (_alert: unknown, index: number) => intact.get(slug)?.has(index) ?? false;
  const models = modelRules(config).flatMap(({ slug, model, alerts: all }) => {
    const alerts = all.filter(untouched(slug));
    const name = model.name === "*" ? otherModel(config) : model.name;
    return files(
      slug,
      alerts.flatMap((alert) => objectiveTests(config, name, alert, alerts)),
    );
  });
  const exporter = exporterTests(exporterAlerts(config).filter(untouched(exporterSlug))).map((test) => ({
    step: exporterStep,
    test,
  }));
  return [...models, ...files(exporterSlug, exporter)];
}

/** A model that the config does not name. */
function otherModel(config: Config): string {
  return freeName("some-other-model", new Set(namedModels(config).map(({ name }) => name)));
}

function files(slug: string, tests: readonly SteppedTest[]): readonly (readonly [string, unknown])[] {
  const steps = [...new Set(tests.map(({ step }) => step))].sort((a, b) => a - b);
  return steps.map((step) => {
    const path = step === 60_000 ? `${slug}.yml` : `${slug}.every-${durationWord(step)}.yml`;
    const own = tests.filter((test) => test.step === step).map(({ test }) => test);
    return [path, ruleTestFile(`${slug}.yml`, step, own)] as const;
  });
}
