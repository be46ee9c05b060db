import { inspect } from "node:util";
import type { ObjectiveMetric } from "./config.ts";
import { objectiveMetrics } from "./config.ts";
import { metricOf } from "../quality/metrics.ts";
import { isFoldedName } from "../window/folded-classes.ts";
import { reservedText, type DeclaredClass } from "./classes.ts";
import { pathText, type Fault } from "./fault.ts";
import { instead } from "./nearest.ts";
import { at, keys, classOf } from "./unchecked.ts";
import { isObject } from "./strict-object.ts";
import { windowLabel, windowStretch, windowText } from "./windows.ts";
import { quoted } from "./messages.ts";

/** What the rest of the config says to an objective. */
export interface ObjectivePlace {
  /** The model's declared classes; undefined when they are learned. */
  readonly classes: readonly DeclaredClass[] | undefined;
  /** The labels of the config's windows. */
  readonly windows: readonly string[];
  /** The model's team. */
  readonly team: string | undefined;
  /** What stands under that team, unchecked; undefined when there is no such team. */
  readonly severities: unknown;
  /** Whether the tags have a version. */
  readonly hasVersion: boolean;
}

type Path = readonly PropertyKey[];

const boundKeys = ["min", "max", "maxDrop", "maxRise"] as const;

/**
 * What is wrong with an objective beyond the form of its keys. `alertNames` gathers the names that were given, each with
 * its path.
 */
export function* objectiveFaults(
  objective: unknown,
  path: Path,
  place: ObjectivePlace,
  alertNames: Map<string, string>,
): Generator<Fault> {
  const metric = objectiveMetrics.find((known) => known === at(objective, "metric"));
  yield* nameFaults(objective, path, alertNames);
  if (metric !== undefined) yield* scopeFaults(objective, path, metric);
  yield* classFaults(objective, path, place);
  yield* boundFaults(objective, path, metric);
  yield* comparisonFaults(objective, path, metric, place);
  yield* windowFaults(objective, path, place);
  yield* severityFaults(objective, path, place);
}

function* nameFaults(objective: unknown, path: Path, alertNames: Map<string, string>): Generator<Fault> {
  const name = at(objective, "name");
  if (typeof name !== "string") return;
  const first = alertNames.get(name);
  if (first === undefined) alertNames.set(name, pathText(path));
  else yield { path: [...path, "name"], text: `${quoted(name)} is the name of ${first} already` };
}

/** Two objectives without names that would make one alert: it could not be said which of them fires. */
export function* twinFaults(objectives: readonly unknown[], path: Path): Generator<Fault> {
  const seen = new Map<string, number>();
  for (const [index, objective] of objectives.entries()) {
    if (!isObject(objective) || objective["name"] !== undefined) continue;
    const bound = boundKeys.find((key) => objective[key] !== undefined);
    const { metric, class: className, average, window, severity, comparedTo } = objective;
    const key = inspect([metric, classOf(className), average, windowLabel(window), severity, comparedTo, bound]);
    const first = seen.get(key);
    if (first === undefined) seen.set(key, index);
    else yield { path: [...path, index], text: `makes the same alert as objectives[${first}]; give each a \`name\`` };
  }
}

function* scopeFaults(objective: unknown, path: Path, metric: ObjectiveMetric): Generator<Fault> {
  const row = metricOf(metric);
  const hasClass = at(objective, "class") !== undefined;
  const hasAverage = at(objective, "average") !== undefined;
  if (row.scope === "window") {
    const text = `${metric} is a figure of the whole model; leave this out`;
    if (hasClass) yield { path: [...path, "class"], text };
    if (hasAverage) yield { path: [...path, "average"], text };
  } else if (row.average === undefined) {
    if (hasAverage) yield { path: [...path, "average"], text: `${metric} has no average; name a class` };
    if (!hasClass) yield { path: [...path, "class"], text: `missing; ${metric} is a figure of one class` };
  } else if (hasClass && hasAverage) {
    yield { path, text: "has both `class` and `average`; leave one out" };
  } else if (!hasClass && !hasAverage) {
    yield { path, text: `expected \`class\` or \`average\` beside ${metric}` };
  }
}

function* classFaults(objective: unknown, path: Path, { classes }: ObjectivePlace): Generator<Fault> {
  const name = classOf(at(objective, "class"));
  if (name === undefined || classes?.some((one) => one.name === name) === true) return;
  const meant = classes?.find(({ spellings }) => spellings.some(({ text }) => text === name));
  if (isFoldedName(name)) yield { path: [...path, "class"], text: reservedText(name) };
  else if (meant !== undefined) {
    const text = `${quoted(name)} is another spelling of the class ${quoted(meant.name)}; name the class`;
    yield { path: [...path, "class"], text };
  } else if (classes !== undefined) {
    const names = classes.map((one) => one.name);
    yield { path: [...path, "class"], text: `unknown class ${quoted(name)}${instead(name, names, "classes")}` };
  }
}

function* boundFaults(objective: unknown, path: Path, metric: ObjectiveMetric | undefined): Generator<Fault> {
  const given = boundKeys.filter((key) => at(objective, key) !== undefined);
  if (given.length === 0) yield { path, text: "has no bound; expected `min`, `max`, `maxDrop` or `maxRise`" };
  if (given.length > 1) {
    yield { path, text: `has the bounds ${given.join(" and ")}; an objective has one, so write two objectives` };
  }
  if (metric === undefined) return;
  for (const key of ["min", "max"] as const) yield* rangeFaults(at(objective, key), [...path, key], metric);
  const [least, most] = metricOf(metric).range;
  const widest = most - least;
  for (const key of ["maxDrop", "maxRise"] as const) {
    const value = at(objective, key);
    if (typeof value !== "number" || (value > 0 && value <= widest)) continue;
    yield { path: [...path, key], text: `expected a number above 0 and up to ${widest}, got ${value}` };
  }
}

function* rangeFaults(value: unknown, path: Path, metric: ObjectiveMetric): Generator<Fault> {
  const [least, most] = metricOf(metric).range;
  if (typeof value !== "number" || (value >= least && value <= most)) return;
  yield { path, text: `${metric} lies between ${least} and ${most}, got ${value}` };
}

function* comparisonFaults(
  objective: unknown,
  path: Path,
  metric: ObjectiveMetric | undefined,
  { hasVersion }: ObjectivePlace,
): Generator<Fault> {
  const other = at(objective, "comparedTo");
  const compares = at(objective, "maxDrop") !== undefined || at(objective, "maxRise") !== undefined;
  if (compares && other === undefined) {
    const forms = '{ version: "v1" }, { ago: "1d" } or { value: 0.9 }';
    yield { path: [...path, "comparedTo"], text: `missing; maxDrop and maxRise need the other figure: ${forms}` };
  }
  if (!compares && other !== undefined) {
    yield { path: [...path, "comparedTo"], text: "goes with maxDrop or maxRise; leave it out or bound the difference" };
  }
  if (metric !== undefined) yield* rangeFaults(at(other, "value"), [...path, "comparedTo", "value"], metric);
  if (at(other, "version") !== undefined && !hasVersion) {
    yield { path: [...path, "comparedTo", "version"], text: "no source has a version; give one in its fields.version" };
  }
}

function* windowFaults(objective: unknown, path: Path, { windows }: ObjectivePlace): Generator<Fault> {
  const raw = at(objective, "window");
  const label = windowLabel(raw);
  // What is no window at all is the schema's to tell.
  if (label === undefined || windows.includes(label) || windowStretch(raw) === undefined) return;
  const same = windows.find((known) => windowStretch(known) === windowStretch(raw));
  const sound = windows.filter((known) => windowStretch(known) !== undefined);
  const hint =
    same === undefined ? instead(label, sound, "windows", windowText) : `; write it as windows does: ${quoted(same)}`;
  yield { path: [...path, "window"], text: `unknown window ${windowText(label)}${hint}` };
}

function* severityFaults(objective: unknown, path: Path, { team, severities }: ObjectivePlace): Generator<Fault> {
  const severity = at(objective, "severity");
  if (typeof severity !== "string" || severity === "" || team === undefined || severities === undefined) return;
  if (keys(severities).includes(severity)) return;
  const text = `team ${quoted(team)} routes ${quoted(severity)} nowhere${instead(severity, keys(severities), "severities")}`;
  yield { path: [...path, "severity"], text };
}
