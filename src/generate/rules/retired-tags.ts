import { lastOutcomeMetric } from "../../quality/counts.ts";
import type { Model, Objective } from "../../config/config.ts";
import {
  aggregateBy,
  aggregateWithout,
  and,
  arith,
  compare,
  num,
  or,
  selector,
  time,
  unless,
  type Matcher,
  type Vector,
} from "../promql/builder.ts";
import { namespaceLabel } from "../promql/metric-names.ts";
import { figureLabels } from "./alert.ts";
import type { RecordingRule } from "./recording-rules.ts";

/** Recorded time of the latest outcome of a tag on any replica. */
const lastOutcome = `tag:${lastOutcomeMetric.name}:max`;
/** Recorded age, in seconds, of the latest outcome of a tag whose version is retired. */
const retired = `tag:${lastOutcomeMetric.name}:retired_age`;

/** Gives the seconds without an outcome after which a tag is old; an hour where every silence is normal. */
export function oldAfter({ silentAfter }: Pick<Model, "silentAfter">): number {
  return silentAfter ?? 3600;
}

/** Builds the rules that say how old the news of a tag are, for the model's objectives. */
export function retirementRules(
  tagLabels: readonly string[],
  model: Model,
  matchers: readonly Matcher[],
): readonly RecordingRule[] {
  if (model.objectives.length === 0) return [];
  const raw = selector(lastOutcomeMetric.name, matchers);
  const last = selector(lastOutcome, matchers);
  const rules = [{ record: lastOutcome, expr: aggregateBy("max", [namespaceLabel, ...tagLabels], raw) }];
  if (!isVersioned(tagLabels)) return rules;
  const superseded = compare(arith(time, "-", supersededTags(tagLabels, last)), ">", num(oldAfter(model)));
  return [...rules, { record: retired, expr: superseded }];
}

/**
 * Holds an objective back where its figure is not news. A count window holds outcomes however old they are: it speaks for
 * a tag only while that has new ones. A time window empties by itself: it is held back only where another version of the
 * model had outcomes since.
 */
export function whereNotRetired(
  violated: Vector,
  tagLabels: readonly string[],
  model: Model,
  objective: Objective,
  matchers: readonly Matcher[],
): Vector {
  const ignoring = ["window", ...figureLabels(objective)];
  if (objective.window.kind === "last") {
    const age = arith(time, "-", selector(lastOutcome, matchers));
    return unless(violated, compare(age, ">", num(oldAfter(model))), { ignoring });
  }
  return isVersioned(tagLabels) ? unless(violated, selector(retired, matchers), { ignoring }) : violated;
}

/** Tells whether tags have a version. */
export function isVersioned(tagLabels: readonly string[]): boolean {
  return tagLabels.includes("version");
}

/** Selects the last outcomes of tags since which another version had one, under the same other labels or under any. */
function supersededTags(tagLabels: readonly string[], last: Vector): Vector {
  const acrossVersions = { ignoring: ["version"], group: "left" } as const;
  const alike = compare(last, "<", aggregateWithout("max", ["version"], last), acrossVersions);
  const others = tagLabels.filter((label) => label !== "model" && label !== "version");
  if (others.length === 0) return alike;
  const newest = (labels: readonly string[]): Vector => aggregateBy("max", [namespaceLabel, ...labels], last);
  const olderVersions = compare(newest(["model", "version"]), "<", newest(["model"]), acrossVersions);
  return or(alike, and(last, [olderVersions, { ignoring: others }]));
}
