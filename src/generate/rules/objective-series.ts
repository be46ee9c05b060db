import type { Objective } from "../../config/config.ts";
import type { Figure } from "./metric-series.ts";
import { num, arith, selector, type Matcher, type Matching, type Scalar, type Vector } from "../promql/builder.ts";

/** The recorded series that an objective reads. */
export interface ObjectiveSeries {
  readonly ratio: Vector;
  /** The count that `minSamples` guards. */
  readonly samples: Vector;
  readonly proportion: { readonly successes: Vector; readonly trials: Vector } | undefined;
}

/**
 * The series of an objective among those that `matchers` pick; with `offset`, as they were that long ago.
 * `version` picks one version, or all but one.
 */
export function objectiveSeries(
  objective: Objective,
  figure: Figure,
  matchers: readonly Matcher[],
  options: { readonly offset?: string; readonly version?: Matcher } = {},
): ObjectiveSeries {
  const picked: readonly Matcher[] = [
    ...matchers,
    ...(options.version === undefined ? [] : [options.version]),
    ["window", "=", objective.window.label],
    ...(objective.class === undefined ? [] : [["class", "=", objective.class] as const]),
  ];
  const average: readonly Matcher[] =
    objective.average === undefined ? [] : [["average", "=", objective.average] as const];
  const count = (name: string): Vector => selector(name, picked, options.offset);
  return {
    ratio: selector(figure.ratio, [...picked, ...average], options.offset),
    samples: count(figure.samples),
    proportion: figure.proportion && {
      successes: count(figure.proportion.successes),
      trials: count(figure.proportion.trials),
    },
  };
}

/** How a ratio meets the counts, which know no average. */
export function toCounts(objective: Objective): Matching {
  return { ignoring: objective.average === undefined ? [] : ["average"] };
}

/** The fewest samples that an objective is judged on; none at all is never enough. */
export function enough(objective: Objective): Scalar {
  return num(Math.max(1, objective.minSamples));
}

/** The variance of one trial with this chance of success. */
export function variance(chance: Scalar): Scalar {
  return arith(chance, "*", arith(num(1), "-", chance));
}
