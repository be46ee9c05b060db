import type { Atom, Call, Infix, Matcher, Matching, Tree } from "../generate/promql/builder.ts";
import type { LabelSet, LabelSets } from "./label-sets.ts";

/** A sample of an instant vector. */
export interface Sample {
  readonly labels: LabelSet;
  readonly value: number;
}

/** What an expression is evaluated on. */
export interface Evaluation {
  /** Unix seconds. */
  readonly time: number;
  /** Finds the samples of a name. */
  readonly samples: (name: string) => readonly Sample[];
}

type Value = number | readonly Sample[];
type Evaluate = (on: Evaluation) => Value;

/**
 * Compiles an expression as the generated recording rules have them: operators, aggregations and `sqrt` on the samples of one
 * moment, with PromQL's matching of labels. Throws for what no such rule has.
 */
export function evaluator(tree: Tree, sets: LabelSets): (on: Evaluation) => readonly Sample[] {
  const evaluate = compile(tree, sets);
  return (on) => vector(evaluate(on));
}

/** Names of the series that an expression reads, and whether it reads the time. */
export function readsOf(tree: Tree): { readonly names: ReadonlySet<string>; readonly time: boolean } {
  const names = new Set<string>();
  let time = false;
  const visit = (part: Tree): void => {
    if (part.kind === "call") part.args.forEach(visit);
    else if (part.kind === "infix") [part.left, part.right].forEach(visit);
    else if (part.means.kind === "selector") names.add(part.means.name);
    else if (part.means.kind === "time") time = true;
  };
  visit(tree);
  return { names, time };
}

function compile(tree: Tree, sets: LabelSets): Evaluate {
  switch (tree.kind) {
    case "atom":
      return atom(tree.means);
    case "call":
      return call(
        tree.means,
        tree.args.map((part) => compile(part, sets)),
        sets,
      );
    case "infix":
      return infix(tree.means, compile(tree.left, sets), compile(tree.right, sets), sets);
  }
}

function atom(means: Atom): Evaluate {
  switch (means.kind) {
    case "number":
      return () => means.value;
    case "time":
      return (on) => on.time;
    case "selector": {
      const isSelected = selection(means.matchers);
      return (on) => on.samples(means.name).filter(({ labels }) => isSelected(labels));
    }
    case "past":
      throw new Error("a recorded series reads the past");
  }
}

function selection(matchers: readonly Matcher[]): (labels: LabelSet) => boolean {
  const tests = matchers.map(([label, op, value]) => {
    const pattern = new RegExp(`^(?:${value})$`, "su");
    const isMatch = (text: string): boolean => (op.endsWith("~") ? pattern.test(text) : text === value);
    return (labels: LabelSet) =>
      isMatch(labels.pairs.find(([name]) => name === label)?.[1] ?? "") === (op === "=" || op === "=~");
  });
  const known = new WeakMap<LabelSet, boolean>();
  return (labels) => {
    let isSelected = known.get(labels);
    if (isSelected === undefined) known.set(labels, (isSelected = tests.every((test) => test(labels))));
    return isSelected;
  };
}

function call(means: Call, args: readonly Evaluate[], sets: LabelSets): Evaluate {
  const [of = (): Value => 0] = args;
  if (means.kind === "function") {
    if (means.name !== "sqrt") throw new Error(`a recorded series calls ${means.name}`);
    return (on) => vector(of(on)).map(({ labels, value }) => ({ labels, value: Math.sqrt(value) }));
  }
  const { op, labels: names, isWithout } = means;
  return (on) => {
    const groups = new Map<LabelSet, { sum: number; most: number; count: number }>();
    for (const { labels, value } of vector(of(on))) {
      const key = sets.reduce(labels, names, isWithout);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { sum: value, most: value, count: 1 });
      else {
        group.sum += value;
        group.most = Math.max(group.most, value);
        group.count++;
      }
    }
    return [...groups].map(([labels, { sum, most, count }]) => ({
      labels,
      value: op === "sum" ? sum : op === "max" ? most : op === "count" ? count : sum / count,
    }));
  };
}

function infix({ op, matching }: Infix, left: Evaluate, right: Evaluate, sets: LabelSets): Evaluate {
  const keyOf = (labels: LabelSet): LabelSet =>
    matching === undefined || matching.ignoring.length === 0 ? labels : sets.reduce(labels, matching.ignoring, true);
  if (op === "and" || op === "unless" || op === "or") {
    return (on) => {
      const ours = vector(left(on));
      const theirs = vector(right(on));
      if (op === "or") {
        const known = new Set(ours.map(({ labels }) => keyOf(labels)));
        return [...ours, ...theirs.filter(({ labels }) => !known.has(keyOf(labels)))];
      }
      const known = new Set(theirs.map(({ labels }) => keyOf(labels)));
      return ours.filter(({ labels }) => known.has(keyOf(labels)) === (op === "and"));
    };
  }
  const apply = operator(op);
  return (on) => {
    const ours = left(on);
    const theirs = right(on);
    if (typeof ours === "number") {
      if (typeof theirs === "number") return apply(ours, theirs, ours) ?? Number.NaN;
      return theirs.flatMap(({ labels, value }) => sample(labels, apply(ours, value, value)));
    }
    if (typeof theirs === "number") {
      return ours.flatMap(({ labels, value }) => sample(labels, apply(value, theirs, value)));
    }
    return matched(ours, theirs, matching, keyOf).flatMap(([labels, a, b]) => sample(labels, apply(a, b, a)));
  };
}

/** Pairs the samples of two vectors that have the same key, under the labels of the result. */
function matched(
  left: readonly Sample[],
  right: readonly Sample[],
  matching: Matching | undefined,
  keyOf: (labels: LabelSet) => LabelSet,
): [labels: LabelSet, left: number, right: number][] {
  const isRightMany = matching?.group === "right";
  const [many, one] = isRightMany ? [right, left] : [left, right];
  const found = new Map(one.map(({ labels, value }) => [keyOf(labels), value]));
  return many.flatMap(({ labels, value }): [LabelSet, number, number][] => {
    const key = keyOf(labels);
    const other = found.get(key);
    if (other === undefined) return [];
    const kept = matching?.group === undefined ? key : labels;
    return [isRightMany ? [kept, other, value] : [kept, value, other]];
  });
}

/** Makes the function of an operator; a comparison gives what is kept, or undefined. */
function operator(op: Exclude<Infix["op"], "and" | "unless" | "or">) {
  return (left: number, right: number, kept: number): number | undefined => {
    switch (op) {
      case "+":
        return left + right;
      case "-":
        return left - right;
      case "*":
        return left * right;
      case "/":
        return left / right;
      case "<":
        return left < right ? kept : undefined;
      case "<=":
        return left <= right ? kept : undefined;
      case ">":
        return left > right ? kept : undefined;
      case ">=":
        return left >= right ? kept : undefined;
      case "==":
        return left === right ? kept : undefined;
      case "!=":
        return left !== right ? kept : undefined;
    }
  };
}

function sample(labels: LabelSet, value: number | undefined): Sample[] {
  return value === undefined ? [] : [{ labels, value }];
}

function vector(value: Value): readonly Sample[] {
  if (typeof value === "number") throw new Error("a number where PromQL has a vector");
  return value;
}
