import type { Config } from "../../config/config.ts";
import type { Alert } from "../rules/alert.ts";
import type { EffectiveGroup } from "../rules/change-rules.ts";
import { exporterSlug, silenceSlug } from "../rules/models.ts";
import type { ModelRules } from "../rules/rule-groups.ts";
import { exporterTests } from "./exporter-tests.ts";
import { healthStep } from "./health-test.ts";
import { freeName, objectiveTests, type SteppedTest } from "./objective-tests.ts";
import type { TestedConfig } from "./input-series.ts";
import { labelledTests } from "./labelled-tests.ts";
import { silenceTests } from "./silence-tests.ts";
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
  const intact: ReadonlySet<Alert> = new Set(
    groups.flatMap(({ generated, intact: indexes }) => generated.alerts.filter((_alert, index) => indexes.has(index))),
  );
  const isIntact = (alert: Alert): boolean => intact.has(alert);
  const unnamed = freeName("some-other-model", new Set(models.map(({ model }) => model.name)));
  const exporter = exporterTests(exporterAlerts.filter(isIntact), config.sources);
  const silence = silenceTests(models.flatMap((model) => model.silence).filter(isIntact), config, unnamed);
  return [
    ...models.flatMap(({ slug, model, alerts: all, labelled }) => {
      const alerts = all.filter(isIntact);
      const tested = { aggregation: config, name: model.name === "*" ? unnamed : model.name, alerts };
      return files(slug, [
        ...alerts.flatMap((alert) => objectiveTests(tested, alert)),
        ...labelledTests(labelled.filter(isIntact), config, tested.name).map((test) => ({ step: healthStep, test })),
      ]);
    }),
    ...files(
      exporterSlug,
      exporter.map((test) => ({ step: healthStep, test })),
    ),
    ...files(
      silenceSlug,
      silence.map((test) => ({ step: healthStep, test })),
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
