import type { Column } from "./columns.ts";
import { classOf, factsOf, scoreOf } from "./facts.ts";
import { leanOf } from "./names.ts";

/** How a column is read as the predicted class. */
export type PredictedAs =
  | { readonly kind: "class" }
  /** Scores in the order of `classes`; of `path`, classes stand in the line. */
  | {
      readonly kind: "scores";
      readonly classes?: readonly string[];
      readonly names?: Column;
      readonly isGuess: boolean;
    }
  | { readonly kind: "score"; readonly below: string; readonly above: string };

/** A prediction and its label in one line. */
export interface Pair {
  readonly predicted: Column;
  readonly as: PredictedAs;
  readonly actual: Column;
  /** How much speaks for it. */
  readonly weight: number;
  /** Share of outcomes in which both agree, beyond chance. */
  readonly kappa: number;
}

/** Lines of which outcomes are compared. */
const mostLines = 1000;
/** Share of the classes that two columns must have in common. */
const mostCommon = 0.5;

/** Weighs a column as the prediction and another as the label of the same events; undefined where they cannot be. */
export function weigh(predicted: Column, actual: Column, all: readonly Column[], now: number): Pair | undefined {
  if (predicted === actual || (predicted.each === undefined) !== (actual.each === undefined)) return undefined;
  const labels = factsOf(actual, now);
  if (actual.kind !== "value" || !labels.isClass) return undefined;
  const own = factsOf(predicted, now);
  // Of a few lines the names must do.
  const isNamed = labels.values < 20 && leanOf(predicted.key) >= 2 && leanOf(actual.key) <= -2;
  if (!isNamed && own.isClass && ![...own.classes.keys()].some((name) => labels.classes.has(name))) return undefined;
  const shared = sharedLines(predicted, actual);
  if (shared.length === 0) return undefined;
  const as = readingOf(predicted, [...labels.classes.keys()], shared, all, actual, now);
  if (as === undefined) return undefined;
  const outcomes = outcomesOf(predicted, as, actual, shared);
  const classes = new Set(outcomes.map(([one]) => one));
  const common = [...classes].filter((name) => labels.classes.has(name)).length;
  if (!isNamed && common < mostCommon * Math.min(classes.size, labels.classes.size)) return undefined;
  const kappa = kappaOf(outcomes);
  const ofKind = as.kind === "class" ? 0.5 : as.kind === "scores" ? 0.25 : 0;
  const ofLines = shared.length / Math.max(predicted.lines.size, predicted.vectors.size, actual.lines.size);
  const weight = leanOf(predicted.key) - leanOf(actual.key) + 3 * kappa + ofKind + ofLines;
  return { predicted, as, actual, kappa, weight: weight - constancy(predicted, now) - constancy(actual, now) };
}

/** How much it speaks against a column of classes that it has only one. */
export function constancy(column: Column, now: number): number {
  const { classes, values } = factsOf(column, now);
  return column.kind === "value" && values >= 20 && classes.size === 1 ? 5 : 0;
}

/** Lines on which both columns have the same number of values. */
function sharedLines(predicted: Column, actual: Column): number[] {
  const own: ReadonlyMap<number, readonly unknown[]> = predicted.kind === "value" ? predicted.lines : predicted.vectors;
  const shared: number[] = [];
  for (const [line, values] of own) {
    const others = actual.lines.get(line)?.length;
    if (others === undefined) continue;
    if (others !== values.length) return [];
    if (shared.push(line) >= mostLines) break;
  }
  return shared;
}

/** Tells how a column can be the predicted class where the labels are of these classes; without labels, all that it can be. */
export function readingOf(
  column: Column,
  labels: readonly string[],
  lines: readonly number[],
  all: readonly Column[],
  actual: Column | undefined,
  now: number,
): PredictedAs | undefined {
  if (column.kind === "named scores") return { kind: "scores", isGuess: false };
  if (column.kind === "scores") return scoresReading(column, labels, lines, all);
  const facts = factsOf(column, now);
  if (facts.isClass) return { kind: "class" };
  const [one, other, ...more] = labels;
  if (!facts.isScore || one === undefined || other === undefined || more.length > 0 || actual === undefined)
    return undefined;
  const [below = one, above = other] = [one, other].sort(
    (a, b) => meanScore(column, actual, a) - meanScore(column, actual, b),
  );
  return { kind: "score", below, above };
}

function scoresReading(
  { key, vectors }: Column,
  labels: readonly string[],
  lines: readonly number[],
  all: readonly Column[],
): PredictedAs | undefined {
  const width = vectors.get(lines[0] ?? -1)?.[0]?.length ?? 0;
  if (!lines.every((line) => (vectors.get(line) ?? []).every((one) => one.length === width))) return undefined;
  const parent = key.replace(/\.?[^.]+$/u, "");
  const names = all.find(
    (one) =>
      one.kind === "value" &&
      one.each === one.key &&
      one.key.startsWith(parent) &&
      lines.every((line) => {
        const values = one.lines.get(line);
        return values?.length === width && values.every((value) => typeof value === "string");
      }) &&
      lines.every((line) => new Set(one.lines.get(line)).size === width),
  );
  if (names !== undefined) return { kind: "scores", names, isGuess: false };
  const numbers = Array.from({ length: width }, (_one, at) => String(at));
  if (labels.every((name) => numbers.includes(name))) return { kind: "scores", classes: numbers, isGuess: true };
  // The order of most libraries.
  const sorted = [...labels].sort((a, b) => (a < b ? -1 : 1));
  return sorted.length === width ? { kind: "scores", classes: sorted, isGuess: true } : undefined;
}

function meanScore(column: Column, actual: Column, name: string): number {
  let sum = 0;
  let count = 0;
  for (const [line, values] of column.lines) {
    values.forEach((value, at) => {
      const label = actual.lines.get(line)?.[at];
      if (label === undefined || classOf(label) !== name) return;
      sum += scoreOf(value);
      count++;
    });
  }
  return count === 0 ? 0 : sum / count;
}

/** The classes that a column predicts on a line, read as it is said. */
export function predictedOn(line: number, column: Column, as: PredictedAs): string[] {
  if (as.kind === "class") return (column.lines.get(line) ?? []).map(classOf);
  if (as.kind === "score") {
    return (column.lines.get(line) ?? []).map((value) => (scoreOf(value) >= 0.5 ? as.above : as.below));
  }
  const inLine = as.names?.lines.get(line)?.map(classOf);
  const names = inLine ?? as.classes ?? [...column.names];
  return (column.vectors.get(line) ?? []).map((scores) => names[scores.indexOf(Math.max(...scores))] ?? "");
}

function outcomesOf(
  predicted: Column,
  as: PredictedAs,
  actual: Column,
  lines: readonly number[],
): (readonly [string, string])[] {
  return lines.flatMap((line) => {
    const classes = predictedOn(line, predicted, as);
    return (actual.lines.get(line) ?? []).map((label, at) => [classes[at] ?? "", classOf(label)] as const);
  });
}

/** Cohen's kappa, at least 0. */
function kappaOf(outcomes: readonly (readonly [string, string])[]): number {
  const count = (names: readonly string[]): Map<string, number> => {
    const counts = new Map<string, number>();
    for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
    return counts;
  };
  const predicted = count(outcomes.map(([one]) => one));
  const actual = count(outcomes.map(([, one]) => one));
  const total = outcomes.length;
  const agreed = outcomes.filter(([one, other]) => one === other).length / total;
  let chance = 0;
  for (const [name, times] of predicted) chance += (times / total) * ((actual.get(name) ?? 0) / total);
  return chance >= 1 ? 0 : Math.max(0, (agreed - chance) / (1 - chance));
}
