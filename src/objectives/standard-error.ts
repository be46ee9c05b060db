import type { Count, Formula } from "../quality/formula.ts";
import type { Counts } from "../quality/counts.ts";
import { metricOf } from "../quality/metrics.ts";
import type { Quality } from "../quality/quality.ts";
import { averagedMetric, type Measured } from "./measured.ts";

/** Fewest outcomes on which the normal approximation of a figure is trusted. */
const fewestOutcomes = 30;

/** A formula's value on shares of the outcomes, and how to pass its derivatives on to the counts it is made of. */
interface Node {
  readonly value: number;
  /** Adds `weight` times the derivatives to the gradient. */
  readonly push: (weight: number) => void;
}

type ClassCount = Exclude<Count, "samples" | "overflow">;

/** Derivatives by the counts of each class. */
type Gradient = Readonly<Record<ClassCount, number[]>>;

/**
 * Standard error of a metric over all classes by the delta method: the cells of the matrix are multinomial, and the metric
 * is taken as linear in their shares near those seen (A. Agresti, "Categorical Data Analysis", 3rd ed., 2013, 16.1).
 * Undefined for other metrics, for weighted and micro averages, on too few outcomes, and where no cell's share changes the
 * metric: there it tells nothing.
 */
export function standardError(measured: Measured, { confusion, counts }: Quality): number | undefined {
  const size = confusion.classes.length;
  if (counts.samples < Math.max(fewestOutcomes, size + 1)) return undefined;
  const gradient: Gradient = {
    truePositive: new Array<number>(size).fill(0),
    predicted: new Array<number>(size).fill(0),
    actual: new Array<number>(size).fill(0),
  };
  const root = metricNode(measured, counts, gradient);
  if (root === undefined) return undefined;
  root.push(1);
  let mean = 0;
  let square = 0;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const share = (confusion.counts[row * size + column] ?? 0) / counts.samples;
      if (share === 0) continue;
      const hit = row === column ? (gradient.truePositive[row] ?? 0) : 0;
      const slope = (gradient.actual[row] ?? 0) + (gradient.predicted[column] ?? 0) + hit;
      mean += share * slope;
      square += share * slope * slope;
    }
  }
  // Of n outcomes of a class (n - 1) / n of the variance is seen.
  const variance = (square - mean * mean) / (counts.samples - size);
  return variance > 1e-18 ? Math.sqrt(variance) : undefined;
}

function metricNode({ metric, average }: Measured, counts: Counts, gradient: Gradient): Node | undefined {
  const row = metricOf(metric);
  if (row.scope === "window") return nodeOf(row.formula, counts, undefined, gradient);
  if (average !== "macro") return undefined;
  const { formula } = averagedMetric(metric);
  // Where the metric of a class is undefined it counts as 0, whatever the shares.
  const nodes = counts.classes.map((_, index) => nodeOf(formula, counts, index, gradient) ?? constant(0));
  return total(nodes, 1 / nodes.length);
}

/** Follows a formula of the class at `index`, or of the window; undefined where it is divided by 0. */
function nodeOf(formula: Formula, counts: Counts, index: number | undefined, gradient: Gradient): Node | undefined {
  const follow = (operand: Formula, at = index): Node | undefined => nodeOf(operand, counts, at, gradient);
  switch (formula.kind) {
    case "number":
      return constant(formula.value);
    case "count":
      return countNode(formula.count, counts, index, gradient);
    case "arithmetic": {
      const [left, right] = [follow(formula.left), follow(formula.right)];
      return left && right && arithmetic(formula.op, left, right);
    }
    case "ratio": {
      const [above, below] = [follow(formula.numerator), follow(formula.denominator)];
      return above && below && quotient(above, below);
    }
    case "root": {
      const of = follow(formula.of);
      return of && squareRoot(of);
    }
    case "sum":
    case "mean": {
      const nodes = counts.classes.flatMap((_, each) => follow(formula.of, each) ?? []);
      return total(nodes, formula.kind === "sum" ? 1 : 1 / nodes.length);
    }
  }
}

function countNode(name: Count, counts: Counts, index: number | undefined, gradient: Gradient): Node {
  const of = index === undefined ? counts : counts.classes[index];
  const value = (of?.[name] ?? 0) / counts.samples;
  if (name === "samples" || name === "overflow") return constant(value);
  if (index === undefined) throw new Error(`${name} is of a class, and not of the window`);
  const slopes = gradient[name];
  return { value, push: (weight) => (slopes[index] = (slopes[index] ?? 0) + weight) };
}

function constant(value: number): Node {
  return { value, push: () => undefined };
}

function total(nodes: readonly Node[], each: number): Node {
  return {
    value: nodes.reduce((sum, { value }) => sum + value, 0) * each,
    push: (weight) => {
      for (const node of nodes) node.push(weight * each);
    },
  };
}

function arithmetic(op: "+" | "-" | "*", left: Node, right: Node): Node {
  const [value, byLeft, byRight] =
    op === "*"
      ? [left.value * right.value, right.value, left.value]
      : op === "+"
        ? [left.value + right.value, 1, 1]
        : [left.value - right.value, 1, -1];
  return { value, push: spread([left, byLeft], [right, byRight]) };
}

function quotient(above: Node, below: Node): Node | undefined {
  if (below.value === 0) return undefined;
  const value = above.value / below.value;
  return { value, push: spread([above, 1 / below.value], [below, -value / below.value]) };
}

function squareRoot(of: Node): Node {
  const value = Math.sqrt(Math.max(0, of.value));
  // Where the root is 0 it is divided by, and the metric is undefined.
  return { value, push: spread([of, value === 0 ? 0 : 1 / (2 * value)]) };
}

function spread(...operands: readonly (readonly [node: Node, slope: number])[]): Node["push"] {
  return (weight) => {
    for (const [node, slope] of operands) node.push(weight * slope);
  };
}
