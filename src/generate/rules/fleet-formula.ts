import { actual, countMetrics, derivedCounts, predicted, samples, truePositive } from "../../quality/counts.ts";
import { isPerClass, type Formula } from "../../quality/formula.ts";
import { classMetrics } from "../../quality/metrics.ts";
import { otherClass, wrongClass } from "../../window/folded-classes.ts";
import { aggregateBy, arith, call, compare, num, selector, type Matcher, type Vector } from "../promql/builder.ts";
import { recordedName } from "../promql/metric-names.ts";

/** What the formulas of a group of rules are computed on. */
export interface FleetScope {
  /** Labels of a tag and window. */
  readonly tag: readonly string[];
  readonly matchers: readonly Matcher[];
}

/** Series that hold a formula: a formula that contains another one reads its series. */
const recorded = new Map<Formula, string>(
  [...Object.values(countMetrics), ...Object.values(derivedCounts), ...classMetrics].map((metric) => [
    metric.formula,
    recordedName(metric),
  ]),
);

/** Counts of a class when all classes are pooled: each outcome is predicted as one class and is of one class. */
const pooled = new Map<Formula, string>([
  [samples, recordedName(countMetrics.samples)],
  [truePositive, recordedName(derivedCounts.correct)],
  [predicted, recordedName(countMetrics.samples)],
  [actual, recordedName(countMetrics.samples)],
]);

/** Names the series in which a formula is recorded. Throws where it is not. */
export function recordedFormula(formula: Formula): string {
  const name = recorded.get(formula);
  if (name === undefined) throw new Error("no rule records this formula");
  return name;
}

/** Writes a formula over the recorded counts of a fleet; of the metric of a class, one series for each named class. */
export function fleetFormula(formula: Formula, scope: FleetScope): Vector {
  return new Writer(scope, recorded).expand(formula);
}

/** Writes the micro average of the metric of a class: its formula on the pooled counts. */
export function pooledFormula(formula: Formula, scope: FleetScope): Vector {
  return new Writer(scope, pooled).expand(formula);
}

/** Filters a count to where it is not 0: what is divided by nothing has no sample. */
export function some(of: Vector): Vector {
  return compare(of, ">", num(0));
}

class Writer {
  readonly #scope: FleetScope;
  readonly #series: ReadonlyMap<Formula, string>;

  constructor(scope: FleetScope, series: ReadonlyMap<Formula, string>) {
    this.#scope = scope;
    this.#series = series;
  }

  expand(formula: Formula, matchers = this.#scope.matchers): Vector {
    switch (formula.kind) {
      case "ratio": {
        // Folded classes are many: they have counts, and no metric of their own.
        const named = this.#series === recorded && isPerClass(formula) ? [...matchers, namedClass] : matchers;
        return arith(this.#write(formula.numerator, named), "/", some(this.#write(formula.denominator, matchers)));
      }
      case "arithmetic": {
        const { left, op, right } = formula;
        const to = this.#write(right, matchers);
        if (left.kind === "number") return arith(num(left.value), op, to);
        const group = isPerClass(left) ? "left" : "right";
        const across = this.#series === recorded && isPerClass(left) !== isPerClass(right);
        return arith(this.#write(left, matchers), op, to, across ? { ignoring: ["class"], group } : undefined);
      }
      case "root":
        return call("sqrt", this.#write(formula.of, matchers));
      case "sum":
        return aggregateBy("sum", this.#scope.tag, this.#write(formula.of, matchers));
      case "mean":
        return aggregateBy("avg", this.#scope.tag, this.#write(formula.of, matchers));
      case "count":
      case "number":
        throw new Error(`no rule writes a ${formula.kind} alone`);
    }
  }

  #write(formula: Formula, matchers: readonly Matcher[]): Vector {
    const name = this.#series.get(formula);
    return name === undefined ? this.expand(formula, matchers) : selector(name, matchers);
  }
}

const namedClass: Matcher = ["class", "!~", `${otherClass}|${wrongClass}`];
