import type { Config, Objective } from "../config/config.ts";
import { held } from "./bound.ts";
import type { Cells } from "./cells.ts";
import { edgeOf } from "./edge.ts";
import { figureOf } from "./figures.ts";
import { messageText } from "./message.ts";
import type { ObjectiveAlert } from "./objective-alert.ts";
import { durationWord, type AlertTest, type RuleTest } from "./rule-test.ts";
import { inputSeries, testTag } from "./test-series.ts";
import { firedAt, ticksOf, type Fired, type Timeline } from "./timeline.ts";

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
  const bound = held(objective);
  const before = bound.kind === "series" && bound.reference.kind === "ago" ? ticksOf(bound.reference.ago.ms, step) : 0;
  const edge = edgeOf(objective);
  const make = (
    what: string,
    runs: readonly (readonly [Cells | undefined, number])[],
    ticks: readonly number[],
  ): SteppedTest => {
    const timeline = timelineOf(config, alert, alerts, step, before, edge?.reference, runs);
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
  if (edge === undefined) return [make("has nothing to say without data", [[undefined, wait + 2]], [wait + 1])];
  return [
    make(
      "fires just outside the bound, and resolves",
      [
        [edge.broken, wait + 1],
        [edge.kept, kept + 2],
      ],
      [...(wait > 0 ? [wait - 1] : []), wait, ...(kept > 0 ? [wait + kept] : []), wait + kept + 1],
    ),
    make("is quiet just inside the bound", [[edge.kept, wait + 2]], [wait, wait + 1]),
    ...(edge.few === undefined ? [] : [make("is quiet on too few samples", [[edge.few, wait + 2]], [wait, wait + 1])]),
    make("is quiet on no data", [[undefined, wait + 2]], [wait, wait + 1]),
  ];
}

/** A minute, or longer where a minute would make thousands of ticks; a part of the time that a comparison looks back. */
function stepOf({ objective, keepFiringFor }: ObjectiveAlert): number {
  const minute = 60_000;
  const base = minute * Math.max(1, Math.ceil(Math.max(objective.for.ms, keepFiringFor?.ms ?? 0) / 100 / minute));
  const bound = held(objective);
  if (bound.kind === "fixed" || bound.reference.kind === "version") return base;
  const { ms } = bound.reference.ago;
  for (let parts = Math.min(100, Math.max(1, Math.floor(ms / base))); parts > 1; parts--) {
    if (ms % parts === 0) return ms / parts;
  }
  return ms;
}

function timelineOf(
  config: Config,
  { objective }: ObjectiveAlert,
  alerts: readonly ObjectiveAlert[],
  step: number,
  before: number,
  reference: Cells | undefined,
  runs: readonly (readonly [Cells | undefined, number])[],
): Timeline {
  const bound = held(objective);
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
  const firing = { labels, value, series: { [figureOf(objective).samples]: samples } };
  return {
    exp_labels: labels,
    exp_annotations: Object.fromEntries(
      Object.entries(alert.annotations).map(([key, message]) => [key, messageText(message, firing)]),
    ),
  };
}

function comparedVersion(objective: Objective): string | undefined {
  const bound = held(objective);
  return bound.kind === "series" && bound.reference.kind === "version" ? bound.reference.version : undefined;
}

/** `name`, or with as many `x` after it as it takes to be none of `taken`. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  return taken.has(name) ? freeName(`${name}x`, taken) : name;
}
