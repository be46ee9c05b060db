import { trafficMetrics } from "../../quality/counts.ts";
import { jobName } from "../promql/metric-names.ts";
import { renderAnnotation, type QueryResult } from "../rules/annotation.ts";
import { wrongCells } from "../rules/largest-confusion.ts";
import { newsMetric } from "../rules/news.ts";
import { isVersioned, oldAfter } from "../rules/retired-tags.ts";
import type { ObjectiveAlert } from "../rules/objective-alert.ts";
import { thresholdOf } from "../../objectives/threshold.ts";
import { firingAt, ticksOf, type FiringAlert, type Scenario } from "./alert-simulation.ts";
import type { BinaryMatrix } from "./binary-matrix.ts";
import { boundaryCounts, tooFewSamples } from "./boundary-counts.ts";
import { inputSeries, seriesNotation, testTag, type TestedConfig } from "./input-series.ts";
import { durationText, type AlertTest, type ExpectedAlert, type RuleTest } from "./promtool-test.ts";
import { judgeMatrix } from "./violation.ts";

/** Test with the milliseconds between its ticks. */
export interface SteppedTest {
  readonly step: number;
  readonly test: RuleTest;
}

/** Model that a test is about. */
export interface TestedModel {
  readonly aggregation: TestedConfig;
  /** Name of the model in the series. */
  readonly name: string;
  readonly alerts: readonly ObjectiveAlert[];
}

/** Counts, and for how many ticks they last; no counts are no series. */
type Phase = readonly [matrix: BinaryMatrix | undefined, ticks: number];

/**
 * Builds the unit tests of an objective's alert: it fires and resolves; it is quiet just inside the threshold, on too few
 * samples, and on no data.
 */
export function objectiveTests(model: TestedModel, alert: ObjectiveAlert): readonly SteppedTest[] {
  const { objective } = alert;
  const step = stepOf(alert);
  const wait = ticksOf(objective.for.ms, step);
  const kept = ticksOf(alert.keepFiringFor?.ms ?? 0, step);
  const threshold = thresholdOf(objective);
  const before =
    threshold.kind === "relative" && threshold.reference.kind === "ago" ? ticksOf(threshold.reference.ago.ms, step) : 0;
  const make = (
    what: string,
    reference: BinaryMatrix | undefined,
    phases: readonly Phase[],
    ticks: readonly number[],
    tested = model,
  ): SteppedTest => {
    const scenario = scenarioOf(model, alert, step, before, reference, phases);
    return {
      step,
      test: {
        name: `${alert.name} (${objective.path}) ${what}`,
        interval: durationText(step),
        input_series: inputSeries(model.aggregation, model.name, scenario),
        alert_rule_test: ticks.map((tick) => alertTest(tested, alert.name, scenario, before + tick)),
      },
    };
  };
  const quiet = (what: string, reference: BinaryMatrix | undefined, matrix: BinaryMatrix | undefined): SteppedTest =>
    make(`is quiet ${what}`, reference, [[matrix, wait + 2]], [wait, wait + 1]);
  const noData = quiet("on no data", undefined, undefined);
  const boundary = boundaryCounts(objective, true);
  if (boundary === undefined) return [noData];
  const phases: readonly Phase[] = [
    [boundary.outside, wait + 1],
    [boundary.inside, kept + 2],
  ];
  const ticks = [...(wait > 0 ? [wait - 1] : []), wait, ...(kept > 0 ? [wait + kept] : []), wait + kept + 1];
  const few = tooFewSamples(objective);
  const chance = threshold.kind === "relative" ? boundaryCounts(objective, false) : undefined;
  return [
    make("fires just outside the bound, and resolves", boundary.reference, phases, ticks),
    quiet("just inside the bound", boundary.reference, boundary.inside),
    ...(chance === undefined || judgeMatrix(objective, chance.inside, chance.reference).isSignificant
      ? []
      : [quiet("where the difference may be chance", chance.reference, chance.inside)]),
    ...(few === undefined ? [] : [quiet("on too few samples", boundary.reference, few)]),
    ...fewLabelled(model, alert, (what, tested) =>
      make(what, boundary.reference, [[boundary.outside, wait + 2]], [wait, wait + 1], tested),
    ),
    ...heldBack(model, alert, make("is quiet", boundary.reference, [[boundary.outside, wait + 2]], [wait, wait + 1])),
    noData,
  ];
}

/** Turns a test in which the alert fires into one in which too few of the predictions that are due are labelled. */
function fewLabelled(
  model: TestedModel,
  { objective: { minLabelled, window } }: ObjectiveAlert,
  make: (what: string, tested: TestedModel) => SteppedTest,
): readonly SteppedTest[] {
  if (minLabelled === undefined) return [];
  const due = 10_000;
  const labelled = Math.ceil(minLabelled * due) - 1;
  // Others of its name that ask for less speak on.
  const speaking = model.alerts.filter(({ objective }) => (objective.minLabelled ?? 0) <= labelled / due);
  const { step, test } = make("is quiet where too few are labelled", { ...model, alerts: speaking });
  const { tagLabels } = model.aggregation;
  const version = isVersioned(tagLabels) ? candidateOf(model.alerts.map((each) => each.objective)) : undefined;
  const labels = { job: jobName, ...testTag(tagLabels, model.name, version), window: window.label, class: "class-a" };
  const counts = [
    [trafficMetrics.due.name, due],
    [trafficMetrics.labelled.name, labelled],
  ] as const;
  const input = counts.map(([name, count]) => ({
    series: seriesNotation(name, labels),
    values: `${count}+0x10000`,
  }));
  return [{ step, test: { ...test, input_series: [...test.input_series, ...input] } }];
}

/**
 * Turns a test in which the alert fires into one in which its tag has had no news for too long and, of a time window,
 * another version has had one since; none for a time window of tags without a version.
 */
function heldBack(
  { aggregation, name, alerts }: TestedModel,
  { name: alertname, model, objective }: ObjectiveAlert,
  { step, test }: SteppedTest,
): readonly SteppedTest[] {
  const { tagLabels } = aggregation;
  const isCount = objective.window.kind === "last";
  if (!isCount && !isVersioned(tagLabels)) return [];
  const ticks = 10_000;
  const last = (version: string | undefined, from: number, perTick: number): RuleTest["input_series"][number] => ({
    series: seriesNotation(newsMetric(aggregation).name, { job: jobName, ...testTag(tagLabels, name, version) }),
    values: `${from}+${perTick}x${ticks}`,
  });
  const version = isVersioned(tagLabels) ? candidateOf(alerts.map((each) => each.objective)) : undefined;
  const input = [
    last(version, -oldAfter(model) - 1, 0),
    ...(isCount ? [] : [last(freeName("successor", new Set([comparedVersion(objective) ?? ""])), 0, step / 1000)]),
  ];
  const what = isCount ? "for a tag without new outcomes" : "for a version that another one has replaced";
  return [
    {
      step,
      test: {
        ...test,
        name: `${alertname} (${objective.path}) is quiet ${what}`,
        input_series: [...test.input_series, ...input],
        // The version that it is compared with may break another bound of the same name.
        alert_rule_test: test.alert_rule_test.map((each) => ({
          ...each,
          exp_alerts: each.exp_alerts.filter(({ exp_labels: labels }) => labels["version"] !== version),
        })),
      },
    },
  ];
}

/** Chooses a minute, or longer where that would make many ticks; a divisor of the time that a comparison looks back. */
function stepOf({ objective, keepFiringFor }: ObjectiveAlert): number {
  const minute = 60_000;
  const base = minute * Math.max(1, Math.ceil(Math.max(objective.for.ms, keepFiringFor?.ms ?? 0) / 20 / minute));
  const threshold = thresholdOf(objective);
  if (threshold.kind === "fixed" || threshold.reference.kind === "version") return base;
  const { ms } = threshold.reference.ago;
  // Two ticks must fit between the end of the wait and the moment at which the reference itself is bad.
  const fewest = Math.ceil((2 * ms) / Math.max(1, ms - objective.for.ms));
  for (let parts = Math.min(500, Math.max(8, fewest)); parts <= 1000; parts++) if (ms % parts === 0) return ms / parts;
  return ms;
}

/** Puts the phases after `before` ticks of the reference, beside the version that they are compared with. */
function scenarioOf(
  { aggregation, alerts }: TestedModel,
  { objective }: ObjectiveAlert,
  step: number,
  before: number,
  reference: BinaryMatrix | undefined,
  phases: readonly Phase[],
): Scenario {
  const positive = objective.class ?? "class-a";
  const taken = new Set([positive, ...alerts.flatMap((alert) => alert.objective.class ?? [])]);
  const matrices = phases.flatMap(([matrix, ticks]) => repeat(matrix, ticks));
  const earlier = matrices.length === 0 ? [] : repeat(reference, before);
  const against = comparedVersion(objective);
  const candidate = candidateOf(alerts.map((alert) => alert.objective));
  return {
    step,
    window: objective.window.label,
    classes: [positive, freeName("class-b", taken)],
    versions: [
      {
        version: aggregation.tagLabels.includes("version") ? candidate : undefined,
        matrices: [...earlier, ...matrices],
      },
      ...(against === undefined || reference === undefined
        ? []
        : [{ version: against, matrices: matrices.map(() => reference) }]),
    ],
  };
}

/** Names the version under test: none that an objective compares with. */
function candidateOf(objectives: readonly ObjectiveAlert["objective"][]): string {
  return freeName("candidate", new Set(objectives.flatMap((objective) => comparedVersion(objective) ?? [])));
}

function repeat(matrix: BinaryMatrix | undefined, ticks: number): readonly BinaryMatrix[] {
  return matrix === undefined ? [] : Array.from({ length: ticks }, () => matrix);
}

/** Expects every alert of the name that fires, not only the one that the test is about: promtool asks by name. */
function alertTest(model: TestedModel, name: string, scenario: Scenario, tick: number): AlertTest {
  const namesakes = model.alerts.filter((alert) => alert.name === name);
  return {
    eval_time: durationText(tick * scenario.step),
    alertname: name,
    exp_alerts: firingAt(namesakes, scenario, tick).map((firing) => expectedAlert(model, scenario, firing)),
  };
}

function expectedAlert({ aggregation, name }: TestedModel, { window }: Scenario, fired: FiringAlert): ExpectedAlert {
  const { alert, version, value, samples, reference } = fired;
  const { objective } = alert;
  const labels = {
    ...testTag(aggregation.tagLabels, name, version),
    window,
    ...(objective.class === undefined ? {} : { class: objective.class }),
    ...(objective.average === undefined ? {} : { average: objective.average }),
    ...alert.labels,
  };
  const confusion = largestWrongCell(fired);
  const results = {
    samples: { value: samples },
    ...(reference === undefined ? {} : { reference: { value: reference } }),
    ...(confusion === undefined ? {} : { confusion }),
  };
  const firing = { labels, value, results };
  return {
    exp_labels: labels,
    exp_annotations: Object.fromEntries(
      Object.entries(alert.annotations).map(([key, annotation]) => [key, renderAnnotation(annotation, firing)]),
    ),
  };
}

/** Finds the largest of the cells that lower the metric; undefined where all of them are empty. */
function largestWrongCell({ alert, matrix, classes: [positive, other] }: FiringAlert): QueryResult | undefined {
  const cells = wrongCells(alert.objective);
  const missed = { value: matrix.fn, labels: { actual: positive, predicted: other } };
  const taken = { value: matrix.fp, labels: { actual: other, predicted: positive } };
  const candidates = [...(cells === "column" ? [] : [missed]), ...(cells === "row" ? [] : [taken])];
  const largest = candidates.reduce((a, b) => (b.value > a.value ? b : a));
  return largest.value > 0 ? largest : undefined;
}

function comparedVersion(objective: ObjectiveAlert["objective"]): string | undefined {
  const threshold = thresholdOf(objective);
  return threshold.kind === "relative" && threshold.reference.kind === "version"
    ? threshold.reference.version
    : undefined;
}

/** Appends as many `x` to a name as it takes to be none of `taken`. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  return taken.has(name) ? freeName(`${name}x`, taken) : name;
}
