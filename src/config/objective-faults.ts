import { inspect } from "node:util";
import { objectiveMetrics, type ObjectiveMetric } from "./config.ts";
import { metricOf } from "../quality/metrics.ts";
import { isFoldedClass } from "../window/folded-classes.ts";
import { reservedText, type DeclaredClass } from "./classes.ts";
import { pathText, type Fault } from "./fault.ts";
import { suggestion } from "./nearest.ts";
import { defaultMinSamples } from "./models.ts";
import { at, keys, classOf } from "./unchecked.ts";
import { isRecord } from "../serializable.ts";
import { windowLabel, windowStretch, windowText } from "./windows.ts";
import { quoted } from "./messages.ts";

/** Context of an objective: relevant parts of the rest of the config. */
export interface ObjectiveContext {
  /** The model's declared classes; undefined when they are learned. */
  readonly classes: readonly DeclaredClass[] | undefined;
  /** Labels of the config's windows. */
  readonly windows: readonly string[];
  /** The model's team. */
  readonly team: string | undefined;
  /** The team's unchecked severities; undefined for an unknown team. */
  readonly severities: unknown;
  /** True when tags have a version. */
  readonly hasVersion: boolean;
}

type Path = readonly PropertyKey[];

const boundKeys = ["min", "max", "maxDrop", "maxRise"] as const;

/**
 * Finds faults of an objective beyond the schema. `alertNames` collects configured names with their paths.
 */
export function* objectiveFaults(
  objective: unknown,
  path: Path,
  context: ObjectiveContext,
  alertNames: Map<string, string>,
): Generator<Fault> {
  const metric = objectiveMetrics.find((known) => known === at(objective, "metric"));
  yield* nameFaults(objective, path, alertNames);
  if (metric !== undefined) yield* scopeFaults(objective, path, metric);
  yield* classFaults(objective, path, context);
  yield* boundFaults(objective, path, metric);
  yield* comparisonFaults(objective, path, metric, context);
  yield* windowFaults(objective, path, context);
  yield* severityFaults(objective, path, context);
}

function* nameFaults(objective: unknown, path: Path, alertNames: Map<string, string>): Generator<Fault> {
  const name = at(objective, "name");
  if (typeof name !== "string") return;
  const first = alertNames.get(name);
  if (first === undefined) alertNames.set(name, pathText(path));
  else yield { path: [...path, "name"], text: `${quoted(name)} is already the name of ${first}` };
}

/** Finds unnamed objectives that would make the same alert. */
export function* duplicateFaults(objectives: readonly unknown[], path: Path): Generator<Fault> {
  const seen = new Map<string, number>();
  for (const [index, objective] of objectives.entries()) {
    if (!isRecord(objective) || objective["name"] !== undefined) continue;
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
    const text = `${metric} applies to the whole model; remove this key`;
    if (hasClass) yield { path: [...path, "class"], text };
    if (hasAverage) yield { path: [...path, "average"], text };
  } else if (row.average === undefined) {
    if (hasAverage) yield { path: [...path, "average"], text: `${metric} has no average; specify a class` };
    if (!hasClass) yield { path: [...path, "class"], text: `missing; ${metric} applies to one class` };
  } else if (hasClass && hasAverage) {
    yield { path, text: "has both `class` and `average`; remove one" };
  } else if (!hasClass && !hasAverage) {
    yield { path, text: `expected \`class\` or \`average\` beside ${metric}` };
  }
}

function* classFaults(objective: unknown, path: Path, { classes }: ObjectiveContext): Generator<Fault> {
  const name = classOf(at(objective, "class"));
  if (name === undefined || classes?.some((one) => one.name === name) === true) return;
  const meant = classes?.find(({ spellings }) => spellings.some(({ text }) => text === name));
  if (isFoldedClass(name)) yield { path: [...path, "class"], text: reservedText(name) };
  else if (meant !== undefined) {
    const text = `${quoted(name)} is another spelling of the class ${quoted(meant.name)}; use the class name`;
    yield { path: [...path, "class"], text };
  } else if (classes !== undefined) {
    const names = classes.map((one) => one.name);
    yield { path: [...path, "class"], text: `unknown class ${quoted(name)}${suggestion(name, names, "classes")}` };
  }
}

function* boundFaults(objective: unknown, path: Path, metric: ObjectiveMetric | undefined): Generator<Fault> {
  const given = boundKeys.filter((key) => at(objective, key) !== undefined);
  if (given.length === 0) yield { path, text: "has no bound; expected `min`, `max`, `maxDrop` or `maxRise`" };
  if (given.length > 1) {
    yield {
      path,
      text: `has the bounds ${given.join(" and ")}; an objective has one bound: split it into two objectives`,
    };
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
  { hasVersion }: ObjectiveContext,
): Generator<Fault> {
  const other = at(objective, "comparedTo");
  const compares = at(objective, "maxDrop") !== undefined || at(objective, "maxRise") !== undefined;
  if (compares && other === undefined) {
    const forms = '{ version: "v1" }, { ago: "1d" } or { value: 0.9 }';
    yield { path: [...path, "comparedTo"], text: `missing; maxDrop and maxRise need a reference: ${forms}` };
  }
  if (!compares && other !== undefined) {
    yield { path: [...path, "comparedTo"], text: "needs maxDrop or maxRise; remove it or bound the difference" };
  }
  if (metric !== undefined) yield* rangeFaults(at(other, "value"), [...path, "comparedTo", "value"], metric);
  if (at(other, "version") !== undefined && !hasVersion) {
    yield { path: [...path, "comparedTo", "version"], text: "no source has a version; set fields.version of a source" };
  }
}

function* windowFaults(objective: unknown, path: Path, { windows }: ObjectiveContext): Generator<Fault> {
  const raw = at(objective, "window");
  const label = windowLabel(raw);
  yield* sampleFaults(objective, path, at(raw, "last"));
  // The schema reports invalid windows.
  if (label === undefined || windows.includes(label) || windowStretch(raw) === undefined) return;
  const same = windows.find((known) => windowStretch(known) === windowStretch(raw));
  const sound = windows.filter((known) => windowStretch(known) !== undefined);
  const hint =
    same === undefined
      ? suggestion(label, sound, "windows", windowText)
      : `; write it as in windows: ${windowText(same)}`;
  yield { path: [...path, "window"], text: `unknown window ${windowText(label)}${hint}` };
}

/** Finds an objective that needs more outcomes than its window can hold. */
function* sampleFaults(objective: unknown, path: Path, size: unknown): Generator<Fault> {
  const given = at(objective, "minSamples");
  const least = given ?? defaultMinSamples;
  if (typeof size !== "number" || typeof least !== "number" || least <= size || size < 1) return;
  const origin = given === undefined ? " (the default)" : "";
  const text = `the alert can never fire, since \`window\` holds ${size} outcomes; expected at most ${size}, got ${least}${origin}`;
  yield { path: [...path, "minSamples"], text };
}

function* severityFaults(objective: unknown, path: Path, { team, severities }: ObjectiveContext): Generator<Fault> {
  const severity = at(objective, "severity");
  if (typeof severity !== "string" || severity === "" || team === undefined || severities === undefined) return;
  if (keys(severities).includes(severity)) return;
  const text = `team ${quoted(team)} has no route for ${quoted(severity)}${suggestion(severity, keys(severities), "severities")}`;
  yield { path: [...path, "severity"], text };
}
