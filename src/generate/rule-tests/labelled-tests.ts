import { trafficMetrics } from "../../quality/counts.ts";
import { jobName } from "../promql/metric-names.ts";
import { leastDue, type LabelledAlert } from "../rules/labelled-rules.ts";
import type { FaultSeries } from "./exporter-faults.ts";
import { expectAlert, firing, healthStart, healthStep, healthTest, quietWithoutData } from "./health-test.ts";
import { testTag, type TestedConfig } from "./input-series.ts";
import type { RuleTest } from "./promtool-test.ts";

/** Due predictions of a class, and those of them that have a label. */
interface Share {
  readonly due: number;
  readonly labelled: number;
}

/** What the series of one test are of. */
interface Shares {
  readonly bad: Readonly<Record<string, Share>>;
  readonly good: Readonly<Record<string, Share>>;
}

/** Builds the unit tests of the alerts on labelled shares of a model, with two replicas of unequal shares. */
export function labelledTests(
  alerts: readonly LabelledAlert[],
  config: TestedConfig,
  model: string,
): readonly RuleTest[] {
  const tests = alerts.flatMap((alert) => {
    const { least } = alert;
    return least === undefined ? unevenTests(alert, config, model) : missingTests(alert, least, config, model);
  });
  return [...tests, ...quietWithoutData(alerts)];
}

function missingTests(
  alert: LabelledAlert,
  least: NonNullable<LabelledAlert["least"]>,
  config: TestedConfig,
  model: string,
): readonly RuleTest[] {
  const due = Math.max(10_000, least.due);
  const enough = Math.ceil(least.share * due);
  const of = (labelled: number, all = due): Shares["bad"] => ({ "class-a": { due: all, labelled } });
  const quiet = (what: string, shares: Shares["bad"]): RuleTest =>
    makeTest(alert, config, model, `is quiet ${what}`, { bad: shares, good: shares }, undefined);
  const bad = { bad: of(enough - 1), good: of(enough) };
  return [
    makeTest(alert, config, model, "fires just below the share, and resolves", bad, { value: (enough - 1) / due }),
    ...(least.due > 1 ? [quiet("where little is due", of(0, least.due - 1))] : []),
    quiet("where nothing is due", of(0, 0)),
  ];
}

function unevenTests(alert: LabelledAlert, config: TestedConfig, model: string): readonly RuleTest[] {
  const due = 10 * leastDue;
  const of = (other: Share): Shares["bad"] => ({ "class-a": { due, labelled: 0.9 * due }, "class-b": other });
  const uneven = of({ due, labelled: 0.1 * due });
  const even = of({ due, labelled: 0.8 * due });
  const quiet = (what: string, shares: Shares["bad"]): RuleTest =>
    makeTest(alert, config, model, `is quiet ${what}`, { bad: shares, good: shares }, undefined);
  return [
    makeTest(
      alert,
      config,
      model,
      "fires for the class, and resolves",
      { bad: uneven, good: even },
      {
        value: 0.1,
        labels: { class: "class-b" },
      },
    ),
    quiet("just short of half", of({ due, labelled: 0.44 * due })),
    quiet("on few predictions of the class", of({ due: leastDue - 1, labelled: 0 })),
  ];
}

function makeTest(
  alert: LabelledAlert,
  config: TestedConfig,
  model: string,
  what: string,
  { bad, good }: Shares,
  fired: { readonly value: number; readonly labels?: Readonly<Record<string, string>> } | undefined,
): RuleTest {
  const tag = testTag(config.tagLabels, model, config.tagLabels.includes("version") ? "candidate" : undefined);
  const window = alert.window.label;
  const fires = healthStart + Math.ceil(alert.for.ms / healthStep);
  const resolved = fires + 1;
  const at = (tick: number): Shares["bad"] => (tick >= healthStart && tick < resolved ? bad : good);
  const series = Object.keys(bad).flatMap((name) =>
    [0, 1].flatMap((replica): FaultSeries[] => {
      const labels = { job: jobName, instance: `replica-${replica}:9877`, ...tag, window, class: name };
      const of = (tick: number): Share => partOf(at(tick)[name] ?? { due: 0, labelled: 0 }, replica, config);
      return [
        { name: trafficMetrics.due.name, labels, at: (tick) => of(tick).due },
        { name: trafficMetrics.labelled.name, labels, at: (tick) => of(tick).labelled },
      ];
    }),
  );
  const expected = fired && firing(alert, { ...tag, window, ...fired.labels }, fired.value);
  return healthTest(`${alert.name} (${window}) ${what}`, series, resolved, [
    expectAlert(alert, healthStart - 1),
    expectAlert(alert, fires, expected),
    expectAlert(alert, resolved),
  ]);
}

/** What one of two replicas sees: of sharded ones the second a tenth, and of that every label that there may be. */
function partOf(all: Share, replica: number, { prometheus }: TestedConfig): Share {
  if (prometheus.replicas === "mirrored") return all;
  const due = Math.floor(all.due / 10);
  const labelled = Math.min(due, all.labelled);
  return replica === 1 ? { due, labelled } : { due: all.due - due, labelled: all.labelled - labelled };
}
