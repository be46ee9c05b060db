import type { Config } from "../../config/config.ts";
import type { Alert } from "../rules/alert.ts";
import type { EffectiveGroup } from "../rules/change-rules.ts";
import { exporterSlug } from "../rules/models.ts";
import type { ModelRules } from "../rules/rule-groups.ts";
import { exporterStep, exporterTests } from "./exporter-tests.ts";
import { freeName, objectiveTests, type SteppedTest } from "./objective-tests.ts";
import type { TestedConfig } from "./input-series.ts";
import { durationText, ruleTestFile } from "./promtool-test.ts";

/** Rules that are tested. */
export interface TestedRules {
  readonly models: readonly ModelRules[];
  readonly exporterAlerts: readonly Alert[];
  readonly groups: readonly EffectiveGroup[];
}

/**
 * Builds the test files, by file name; tests with another step have a file of their own. Alerts that the user's function
 * changed are not tested.
 */
export function ruleTestFiles(
  { models, exporterAlerts, groups }: TestedRules,
  config: TestedConfig & Pick<Config, "sources" | "models">,
): readonly (readonly [path: string, content: unknown])[] {
  const intact = new Map(groups.map((group) => [group.generated.slug, group.intact]));
  const isIntact = (slug: string) => (_alert: unknown, index: number) => intact.get(slug)?.has(index) ?? false;
  const unnamed = freeName("some-other-model", new Set(models.map(({ model }) => model.name)));
  const exporter = exporterTests({
    ...{ sources: config.sources, models: config.models, unnamed },
    alerts: exporterAlerts.filter(isIntact(exporterSlug)),
  });
  return [
    ...models.flatMap(({ slug, model, alerts: all }) => {
      const alerts = all.filter(isIntact(slug));
      const tested = { aggregation: config, name: model.name === "*" ? unnamed : model.name, alerts };
      return files(
        slug,
        alerts.flatMap((alert) => objectiveTests(tested, alert)),
      );
    }),
    ...files(
      exporterSlug,
      exporter.map((test) => ({ step: exporterStep, test })),
    ),
  ];
}

function files(slug: string, tests: readonly SteppedTest[]): readonly (readonly [string, unknown])[] {
  const steps = [...new Set(tests.map(({ step }) => step))].sort((a, b) => a - b);
  return steps.map((step) => {
    const path = step === 60_000 ? `${slug}.yml` : `${slug}.every-${durationText(step)}.yml`;
    const own = tests.filter((test) => test.step === step).map(({ test }) => test);
    return [path, ruleTestFile(`${slug}.yml`, step, own)] as const;
  });
}
