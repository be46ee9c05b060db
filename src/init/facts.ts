import { canonicalClass } from "../decode/canonical-class.ts";
import type { Column, Scalar } from "./columns.ts";
import { timeOf } from "./values.ts";

/** What is known of the values of a column. */
export interface Facts {
  readonly lines: number;
  readonly values: number;
  /** Classes with their counts, in order of their first value; no more than `mostClasses` and one. */
  readonly classes: ReadonlyMap<string, number>;
  readonly isClass: boolean;
  /** Numbers of [0, 1], most of them no whole ones. */
  readonly isScore: boolean;
  /** Share of distinct values among the lines. */
  readonly distinct: number;
  readonly isTime: boolean;
  /** Whether its times say their zone. */
  readonly hasZone: boolean;
  /** Whether its times rise. */
  readonly rises: boolean;
  readonly latest: number;
}

const mostClasses = 100;
/** Lines from which on the values decide, and not only the names. */
const enoughLines = 20;
const known = new WeakMap<Column, Facts>();

/** The facts of a column. */
export function factsOf(column: Column, now: number): Facts {
  let facts = known.get(column);
  if (facts === undefined) {
    facts = takeFacts(column, now);
    known.set(column, facts);
  }
  return facts;
}

function takeFacts({ lines, vectors }: Column, now: number): Facts {
  const classes = new Map<string, number>();
  const distinct = new Set<Scalar>();
  const times: number[] = [];
  let values = 0;
  let scores = 0;
  let fractions = 0;
  let withZone = 0;
  let isPlain = true;
  let tried = 0;
  for (const ofLine of lines.values()) {
    for (const value of ofLine) {
      values++;
      distinct.add(value);
      const name = classOf(value);
      if (classes.size <= mostClasses || classes.has(name)) classes.set(name, (classes.get(name) ?? 0) + 1);
      const number = numberOf(value);
      if (number !== undefined && number >= 0 && number <= 1) scores++;
      if (number !== undefined && !Number.isInteger(number)) fractions++;
      if (typeof value === "string" && value.length > 100) isPlain = false;
      if (tried++ >= 200 && times.length === 0) continue;
      const time = timeOf(value, now);
      if (time === undefined) continue;
      times.push(time.at);
      if (time.hasZone) withZone++;
    }
  }
  const isFew = values < enoughLines || classes.size <= Math.max(2, values / 3);
  const rising = times.filter((at, index) => at >= (times[index - 1] ?? 0)).length;
  const isTime = values > 0 && times.length >= 0.95 * values;
  return {
    lines: Math.max(lines.size, vectors.size),
    values,
    classes,
    isClass: values > 0 && isPlain && classes.size <= mostClasses && isFew && fractions === 0,
    isScore: values > 0 && scores === values && fractions > values / 2,
    distinct: lines.size === 0 ? 0 : distinct.size / values,
    isTime,
    hasZone: withZone === times.length,
    rises: rising >= 0.8 * times.length,
    latest: times.reduce((latest, at) => Math.max(latest, at), 0),
  };
}

/** The class that a value is. */
export function classOf(value: Scalar): string {
  return canonicalClass(String(value).trim());
}

function numberOf(value: Scalar): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value === "boolean" || !/^-?\d+(?:[.,]\d+)?$/u.test(value)) return undefined;
  return Number(value.replace(",", "."));
}

/** The score that a value is; NaN for none. */
export function scoreOf(value: Scalar | undefined): number {
  return value === undefined ? NaN : (numberOf(value) ?? NaN);
}
