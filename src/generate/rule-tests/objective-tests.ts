import type { Config, Objective } from "../../config/config.ts";
import { thresholdOf } from "../rules/threshold.ts";
import type { BinaryMatrix } from "./binary-matrix.ts";
import { boundaryCounts, tooFewSamples } from "./boundary-counts.ts";
import { metricSeries } from "../rules/metric-series.ts";
import { renderAnnotation } from "../rules/annotation.ts";
import type { ObjectiveAlert } from "../rules/objective-alert.ts";
import { durationWord, type AlertTest, type RuleTest } from "./promtool-test.ts";
import { inputSeries, testTag } from "./input-series.ts";
import { firedAt, ticksOf, type Fired, type Timeline } from "./alert-simulation.ts";
import { judge } from "./reference-evaluator.ts";

/** A test and the time between its ticks. */
export interface SteppedTest {
  readonly step: number;
  readonly test: RuleTest;
}

/**
 * The unit tests of an objective's alert: it fires and resolves; it is quiet just inside the bound, on too few samples,
 * and on no data. `model` is the model that the test feeds; `alerts` are all of the model's.
 */
export function objectiveTests(
  config: Config,
  model: string,
  alert: ObjectiveAlert,
  alerts: readonly ObjectiveAlert[],
): readonly SteppedTest[] {
  const { objective } = alert;
  const step = stepOf(alert);
  const wait = ticksOf(objective.for.ms, step);
  const kept = ticksOf(alert.keepFiringFor?.ms ?? 0, step);
  const bound = thresholdOf(objective);
  const before = bound.kind === "series" && bound.reference.kind === "ago" ? ticksOf(bound.reference.ago.ms, step) : 0;
  const make = (
    what: string,
    reference: BinaryMatrix | undefined,
    runs: readonly Run[],
    ticks: readonly number[],
  ): SteppedTest => {
    const timeline = timelineOf(config, alert, alerts, step, before, reference, runs);
    return {
      step,
      test: {
        name: `${alert.name} (${objective.path}) ${what}`,
        interval: durationWord(step),
        input_series: inputSeries(config, model, timeline),
        alert_rule_test: ticks.map((tick) => alertTest(config, model, alert, alerts, timeline, before + tick)),
      },
    };
  };
  const quiet = (what: string, reference: BinaryMatrix | undefined, cells: BinaryMatrix | undefined): SteppedTest =>
    make(`is quiet ${what}`, reference, [[cells, wait + 2]], [wait, wait + 1]);
  const noData = quiet("on no data", undefined, undefined);
  const edge = boundaryCounts(objective, true);
  if (edge === undefined) return [noData];
  const runs: readonly Run[] = [
    [edge.broken, wait + 1],
    [edge.kept, kept + 2],
  ];
  const ticks = [...(wait > 0 ? [wait - 1] : []), wait, ...(kept > 0 ? [wait + kept] : []), wait + kept + 1];
  const few = tooFewSamples(objective);
  const unsure = bound.kind === "series" ? boundaryCounts(objective, false) : undefined;
  return [
    make("fires just outside the bound, and resolves", edge.reference, runs, ticks),
    quiet("just inside the bound", edge.reference, edge.kept),
    ...(unsure === undefined || judge(objective, unsure.kept, unsure.reference).sure
      ? []
      : [quiet("where the difference may be chance", unsure.reference, unsure.kept)]),
    ...(few === undefined ? [] : [quiet("on too few samples", edge.reference, few)]),
    noData,
  ];
}

/** Counts, and for how many ticks they last; no counts are no series. */
type Run = readonly [BinaryMatrix | undefined, number];

/** A minute, or longer where a minute would make many ticks; a part of the time that a comparison looks back. */
function stepOf({ objective, keepFiringFor }: ObjectiveAlert): number {
  const minute = 60_000;
  const base = minute * Math.max(1, Math.ceil(Math.max(objective.for.ms, keepFiringFor?.ms ?? 0) / 20 / minute));
  const bound = thresholdOf(objective);
  if (bound.kind === "fixed" || bound.reference.kind === "version") return base;
  const { ms } = bound.reference.ago;
  // Two ticks must fit between the end of the wait and the moment at which the past itself is bad.
  const fewest = Math.ceil((2 * ms) / Math.max(1, ms - objective.for.ms));
  for (let parts = Math.min(500, Math.max(8, fewest)); parts <= 1000; parts++) if (ms % parts === 0) return ms / parts;
  return ms;
}

function timelineOf(
  config: Config,
  { objective }: ObjectiveAlert,
  alerts: readonly ObjectiveAlert[],
  step: number,
  before: number,
  reference: BinaryMatrix | undefined,
  runs: readonly Run[],
): Timeline {
  const bound = thresholdOf(objective);
  const looked = objective.class ?? "class-a";
  const taken = new Set([looked, ...alerts.flatMap((alert) => alert.objective.class ?? [])]);
  const cells = runs.flatMap(([of, count]) => (of === undefined ? [] : Array.from({ length: count }, () => of)));
  const earlier = cells.length === 0 || reference === undefined ? [] : Array.from({ length: before }, () => reference);
  const versions = config.tagLabels.includes("version");
  const against = bound.kind === "series" && bound.reference.kind === "version" ? bound.reference.version : undefined;
  const now = freeName("candidate", new Set(alerts.flatMap((alert) => comparedVersion(alert.objective) ?? [])));
  return {
    step,
    window: objective.window.label,
    classes: [looked, freeName("class-b", taken)],
    arms: [
      { version: versions ? now : undefined, cells: [...earlier, ...cells] },
      ...(against === undefined || reference === undefined
        ? []
        : [{ version: against, cells: cells.map(() => reference) }]),
    ],
  };
}

function alertTest(
  config: Config,
  model: string,
  { name }: ObjectiveAlert,
  alerts: readonly ObjectiveAlert[],
  timeline: Timeline,
  tick: number,
): AlertTest {
  const fired = firedAt(
    alerts.filter((alert) => alert.name === name),
    timeline,
    tick,
  );
  return {
    eval_time: durationWord(tick * timeline.step),
    alertname: name,
    exp_alerts: fired.map((one) => expected(config, model, timeline, one)),
  };
}

function expected(
  config: Config,
  model: string,
  timeline: Timeline,
  { alert, version, value, samples }: Fired,
): AlertTest["exp_alerts"][number] {
  const { objective } = alert;
  const labels = {
    ...testTag(config, model, version),
    window: timeline.window,
    ...(objective.class === undefined ? {} : { class: objective.class }),
    ...(objective.average === undefined ? {} : { average: objective.average }),
    ...alert.labels,
  };
  const firing = { labels, value, series: { [metricSeries(objective).samples]: samples } };
  return {
    exp_labels: labels,
    exp_annotations: Object.fromEntries(
      Object.entries(alert.annotations).map(([key, message]) => [key, renderAnnotation(message, firing)]),
    ),
  };
}

function comparedVersion(objective: Objective): string | undefined {
  const bound = thresholdOf(objective);
  return bound.kind === "series" && bound.reference.kind === "version" ? bound.reference.version : undefined;
}

/** `name`, or with as many `x` after it as it takes to be none of `taken`. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  return taken.has(name) ? freeName(`${name}x`, taken) : name;
}
