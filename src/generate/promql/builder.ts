/**
 * A typed builder of PromQL. An expression is a syntax tree whose nodes know the precedence of their operator, so that
 * parentheses are written only where needed; scalars, instant vectors and range vectors are different types, so that a
 * rule that Prometheus would refuse for its types does not compile. `format.ts` writes a tree as text.
 */

/** Syntax tree of an expression. */
export type Tree =
  | { readonly kind: "atom"; readonly text: string; readonly means: Atom; readonly precedence: number }
  | {
      readonly kind: "call";
      readonly head: string;
      readonly means: Call;
      readonly args: readonly Tree[];
      readonly precedence: number;
    }
  | {
      readonly kind: "infix";
      readonly left: Tree;
      readonly op: string;
      readonly means: Infix;
      readonly right: Tree;
      readonly precedence: number;
    };

/** What an operand is, apart from its text. */
export type Atom =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "time" }
  | { readonly kind: "selector"; readonly name: string; readonly matchers: readonly Matcher[] }
  /** Samples of other moments than that of the evaluation. */
  | { readonly kind: "past" };

/** What is called, apart from its text. */
export type Call =
  | {
      readonly kind: "aggregate";
      readonly op: Aggregate;
      readonly labels: readonly string[];
      /** The labels are dropped rather than kept. */
      readonly isWithout: boolean;
    }
  | { readonly kind: "function"; readonly name: string };

/** What an operator is, apart from its text. */
export interface Infix {
  readonly op: Arithmetic | Comparison | "and" | "unless" | "or";
  readonly matching: Matching | undefined;
}

type Aggregate = "sum" | "max" | "count" | "avg";

/** Expression that gives an instant vector. */
export interface Vector {
  readonly type: "vector";
  readonly tree: Tree;
}
/** Expression that gives a number. */
export interface Scalar {
  readonly type: "scalar";
  readonly tree: Tree;
}
/** Expression that gives a range vector: only functions take it. */
export interface RangeVector {
  readonly type: "range";
  readonly tree: Tree;
}

/** Condition on a label of a selector. */
export type Matcher = readonly [label: string, op: "=" | "!=" | "=~" | "!~", value: string];

/** Vector matching of a binary operator; `group` names the "many" side of a many-to-one match. */
export interface Matching {
  readonly ignoring: readonly string[];
  readonly group?: "left" | "right";
}

const ranks = { or: 1, and: 2, compare: 3, add: 4, multiply: 5, atom: 9 } as const;

/**
 * Writes a string literal in double quotes, by Go's rules. Invisible characters are escaped, so that a label value never
 * breaks its line; letters of any script stay as they are.
 */
export function quote(value: string): string {
  const escaped = value
    .replace(/[\\"]/gu, "\\$&")
    .replace(/\n/gu, "\\n")
    .replace(/[\p{Cc}\u2028\u2029\ufeff]/gu, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .replace(/\p{Cs}/gu, "\ufffd");
  return `"${escaped}"`;
}

/** Escapes a value for a regular expression (RE2) that matches nothing else; Prometheus anchors it at both ends. */
export function escapeRegex(value: string): string {
  return value.replace(/[\\.+*?()|[\]{}^$]/gu, "\\$&");
}

/** Builds a number literal, exact to the last bit. Throws for NaN and infinities. */
export function num(value: number): Scalar {
  if (!Number.isFinite(value)) throw new Error(`no number for a rule: ${value}`);
  const precedence = value < 0 ? ranks.multiply : ranks.atom;
  return { type: "scalar", tree: atom(String(value), { kind: "number", value }, precedence) };
}

/** Selects the series of a metric by matchers, now or `offset` ago. */
export function selector(name: string, matchers: readonly Matcher[] = [], offset?: string): Vector {
  const text = selectorText(name, matchers);
  if (offset !== undefined) return { type: "vector", tree: atom(`${text} offset ${offset}`, { kind: "past" }) };
  return { type: "vector", tree: atom(text, { kind: "selector", name, matchers }) };
}

/** Selects the samples of the last `duration` of time. */
export function range(name: string, matchers: readonly Matcher[], duration: string): RangeVector {
  return { type: "range", tree: atom(`${selectorText(name, matchers)}[${duration}]`, { kind: "past" }) };
}

/** Calls a function that gives a vector: `sqrt`, `rate`, `absent`; arguments after the first are numbers. */
export function call(name: string, argument: Vector | RangeVector, ...numbers: readonly number[]): Vector {
  return head(name, { kind: "function", name }, [argument.tree, ...numbers.map((value) => num(value).tree)]);
}

/** Estimates a quantile from the buckets of a histogram. */
export function histogramQuantile(quantile: number, buckets: Vector): Vector {
  return head("histogram_quantile", { kind: "function", name: "histogram_quantile" }, [
    num(quantile).tree,
    buckets.tree,
  ]);
}

/** Evaluation time, in Unix seconds. */
export const time: Scalar = { type: "scalar", tree: atom("time()", { kind: "time" }) };

/** Aggregates to one series for each set of values of `labels`, and drops all other labels. */
export function aggregateBy(op: Aggregate, labels: readonly string[], of: Vector): Vector {
  return head(`${op} by (${labels.join(", ")}) `, { kind: "aggregate", op, labels, isWithout: false }, [of.tree]);
}

/** Aggregates over `labels`, and keeps all other labels. */
export function aggregateWithout(op: "sum" | "max", labels: readonly string[], of: Vector): Vector {
  return head(`${op} without (${labels.join(", ")}) `, { kind: "aggregate", op, labels, isWithout: true }, [of.tree]);
}

type Arithmetic = "+" | "-" | "*" | "/";
type Comparison = "<" | "<=" | ">" | ">=" | "==" | "!=";

/** Combines two expressions by arithmetic: two numbers give a number, anything else a vector. */
export function arith(left: Scalar, op: Arithmetic, right: Scalar): Scalar;
export function arith(left: Vector | Scalar, op: Arithmetic, right: Vector | Scalar, matching?: Matching): Vector;
export function arith(
  left: Vector | Scalar,
  op: Arithmetic,
  right: Vector | Scalar,
  matching?: Matching,
): Vector | Scalar {
  const tree = infix(left, { op, matching }, right, op === "+" || op === "-" ? ranks.add : ranks.multiply);
  return { type: left.type === "scalar" && right.type === "scalar" ? "scalar" : "vector", tree };
}

/** Filters the left side to the series for which the comparison holds; they keep their values. */
export function compare(left: Vector | Scalar, op: Comparison, right: Vector | Scalar, matching?: Matching): Vector {
  return { type: "vector", tree: infix(left, { op, matching }, right, ranks.compare) };
}

/** Filters `left` to the series that have a match in every condition (`and`); they keep their values. */
export function and(left: Vector, ...conditions: readonly (readonly [Vector, Matching?])[]): Vector {
  return conditions.reduce<Vector>(
    (all, [right, matching]) => ({
      type: "vector",
      tree: infix(all, { op: "and", matching }, right, ranks.and),
    }),
    left,
  );
}

/** Filters `left` to the series that have no match in `right` (`unless`); they keep their values. */
export function unless(left: Vector, right: Vector, matching?: Matching): Vector {
  return { type: "vector", tree: infix(left, { op: "unless", matching }, right, ranks.and) };
}

/** Adds to `left` the series of `right` that have no match in it (`or`). */
export function or(left: Vector, right: Vector): Vector {
  return { type: "vector", tree: infix(left, { op: "or", matching: undefined }, right, ranks.or) };
}

function selectorText(name: string, matchers: readonly Matcher[]): string {
  const inside = matchers.map(([label, op, value]) => `${label}${op}${quote(value)}`).join(", ");
  return inside === "" ? name : `${name}{${inside}}`;
}

function atom(text: string, means: Atom, precedence: number = ranks.atom): Tree {
  return { kind: "atom", text, means, precedence };
}

function head(text: string, means: Call, args: readonly Tree[]): Vector {
  return { type: "vector", tree: { kind: "call", head: text, means, args, precedence: ranks.atom } };
}

function infix(left: Vector | Scalar, means: Infix, right: Vector | Scalar, precedence: number): Tree {
  const op = means.op + modifier(means.matching);
  return { kind: "infix", left: left.tree, op, means, right: right.tree, precedence };
}

function modifier(matching: Matching | undefined): string {
  if (matching === undefined || (matching.ignoring.length === 0 && matching.group === undefined)) return "";
  return ` ignoring (${matching.ignoring.join(", ")})${matching.group === undefined ? "" : ` group_${matching.group} ()`}`;
}
