/**
 * A small typed builder of PromQL. Every expression is a tree that knows how tightly its outermost operator binds, so
 * parentheses stand where they must; the types keep numbers, vectors and ranges apart, so a rule that Prometheus would
 * refuse for its types does not compile. `promql-layout.ts` writes a tree as text.
 */

/** The tree of an expression. */
export type Tree =
  | { readonly kind: "atom"; readonly text: string; readonly binding: number }
  | { readonly kind: "call"; readonly head: string; readonly args: readonly Tree[]; readonly binding: number }
  | {
      readonly kind: "infix";
      readonly left: Tree;
      readonly op: string;
      readonly right: Tree;
      readonly binding: number;
    };

/** An instant vector. */
export interface Vector {
  readonly type: "vector";
  readonly tree: Tree;
}
/** A number. */
export interface Scalar {
  readonly type: "scalar";
  readonly tree: Tree;
}
/** A range vector: only functions take it. */
export interface RangeVector {
  readonly type: "range";
  readonly tree: Tree;
}

/** What a label must be: its name, how it is compared, and with what. */
export type Matcher = readonly [label: string, op: "=" | "!=" | "=~" | "!~", value: string];

/** How the series of two vectors find each other. `group` names the side that has many for one of the other. */
export interface Matching {
  readonly ignoring: readonly string[];
  readonly group?: "left" | "right";
}

const bindings = { or: 1, and: 2, compare: 3, add: 4, multiply: 5, atom: 9 } as const;

/**
 * A PromQL string literal in double quotes, by Go's rules. What cannot be seen is written as an escape, so that a label
 * value never breaks the line that it stands on; letters of any script stay as they are.
 */
export function quote(value: string): string {
  const escaped = value
    .replace(/[\\"]/gu, "\\$&")
    .replace(/\n/gu, "\\n")
    .replace(/[\p{Cc}\u2028\u2029\ufeff]/gu, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .replace(/\p{Cs}/gu, "\ufffd");
  return `"${escaped}"`;
}

/** A regular expression (RE2) that matches exactly `value`; Prometheus anchors it at both ends. */
export function literal(value: string): string {
  return value.replace(/[\\.+*?()|[\]{}^$]/gu, "\\$&");
}

/** A number as PromQL reads it, to the last bit. */
export function num(value: number): Scalar {
  if (!Number.isFinite(value)) throw new Error(`no number for a rule: ${value}`);
  return { type: "scalar", tree: atom(String(value), value < 0 ? bindings.multiply : bindings.atom) };
}

/** The series of a metric that all matchers hold for, as they are now or as they were `offset` ago. */
export function selector(name: string, matchers: readonly Matcher[] = [], offset?: string): Vector {
  const text = selectorText(name, matchers);
  return { type: "vector", tree: atom(offset === undefined ? text : `${text} offset ${offset}`) };
}

/** The samples of the last stretch of time; only a plain selector has them. */
export function range(name: string, matchers: readonly Matcher[], stretch: string): RangeVector {
  return { type: "range", tree: atom(`${selectorText(name, matchers)}[${stretch}]`) };
}

/** A function of a vector that gives a vector: `sqrt`, `rate`, `absent`; further arguments are numbers. */
export function call(name: string, argument: Vector | RangeVector, ...numbers: readonly number[]): Vector {
  return head(name, [argument.tree, ...numbers.map((value) => num(value).tree)]);
}

/** Evaluation time in Unix seconds. */
export const time: Scalar = { type: "scalar", tree: atom("time()") };

/** One series per value of `labels`; all others are dropped. */
export function aggregateBy(op: "sum" | "max" | "count" | "avg", labels: readonly string[], of: Vector): Vector {
  return head(`${op} by (${labels.join(", ")}) `, [of.tree]);
}

/** One series per set of what remains when `labels` are dropped. */
export function aggregateWithout(op: "sum" | "max", labels: readonly string[], of: Vector): Vector {
  return head(`${op} without (${labels.join(", ")}) `, [of.tree]);
}

type Arithmetic = "+" | "-" | "*" | "/";
type Comparison = "<" | "<=" | ">" | ">=" | "==" | "!=";

/** Arithmetic: two numbers give a number, anything else a vector. */
export function arith(left: Scalar, op: Arithmetic, right: Scalar): Scalar;
export function arith(left: Vector | Scalar, op: Arithmetic, right: Vector | Scalar, matching?: Matching): Vector;
export function arith(
  left: Vector | Scalar,
  op: Arithmetic,
  right: Vector | Scalar,
  matching?: Matching,
): Vector | Scalar {
  const tree = infix(left, op + modifier(matching), right, op === "+" || op === "-" ? bindings.add : bindings.multiply);
  return { type: left.type === "scalar" && right.type === "scalar" ? "scalar" : "vector", tree };
}

/** The series of the left side that the comparison holds for, with their own values. */
export function compare(left: Vector | Scalar, op: Comparison, right: Vector | Scalar, matching?: Matching): Vector {
  return { type: "vector", tree: infix(left, op + modifier(matching), right, bindings.compare) };
}

/** The series of `left` for which all of `conditions` have one, with the values of `left`. */
export function allOf(left: Vector, ...conditions: readonly (readonly [Vector, Matching?])[]): Vector {
  return conditions.reduce<Vector>(
    (all, [right, matching]) => ({
      type: "vector",
      tree: infix(all, `and${modifier(matching)}`, right, bindings.and),
    }),
    left,
  );
}

/** The series of `left` for which `right` has none. */
export function butNot(left: Vector, right: Vector, matching?: Matching): Vector {
  return { type: "vector", tree: infix(left, `unless${modifier(matching)}`, right, bindings.and) };
}

/** The series of `left`, and those of `right` whose labels `left` does not have. */
export function either(left: Vector, right: Vector): Vector {
  return { type: "vector", tree: infix(left, "or", right, bindings.or) };
}

function selectorText(name: string, matchers: readonly Matcher[]): string {
  const inside = matchers.map(([label, op, value]) => `${label}${op}${quote(value)}`).join(", ");
  return inside === "" ? name : `${name}{${inside}}`;
}

function atom(text: string, binding: number = bindings.atom): Tree {
  return { kind: "atom", text, binding };
}

function head(text: string, args: readonly Tree[]): Vector {
  return { type: "vector", tree: { kind: "call", head: text, args, binding: bindings.atom } };
}

function infix(left: Vector | Scalar, op: string, right: Vector | Scalar, binding: number): Tree {
  return { kind: "infix", left: left.tree, op, right: right.tree, binding };
}

function modifier(matching: Matching | undefined): string {
  if (matching === undefined || (matching.ignoring.length === 0 && matching.group === undefined)) return "";
  return ` ignoring (${matching.ignoring.join(", ")})${matching.group === undefined ? "" : ` group_${matching.group} ()`}`;
}
