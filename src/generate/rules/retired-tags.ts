import type { Config, Model, Objective } from "../../config/config.ts";
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
import { newsMetric } from "./news.ts";
import type { RecordingRule } from "./recording-rules.ts";

/** Sections of the config that tell when a tag has no news. */
export type RetirementSections = Pick<Config, "tagLabels" | "join">;

/** Recorded time of the latest news of a tag on any replica, and the age, in seconds, of those of a retired version. */
const recorded = (config: RetirementSections): { readonly last: string; readonly retired: string } => {
  const { name } = newsMetric(config);
  return { last: `tag:${name}:max`, retired: `tag:${name}:retired_age` };
};

/** Gives the seconds without news after which a tag is old; an hour where every silence is normal. */
export function oldAfter({ silentAfter }: Pick<Model, "silentAfter">): number {
  return silentAfter ?? 3600;
}

/** Builds the rules that say how old the news of a tag are, for the model's objectives. */
export function retirementRules(
  config: RetirementSections,
  model: Model,
  matchers: readonly Matcher[],
): readonly RecordingRule[] {
  if (model.objectives.length === 0) return [];
  const { tagLabels } = config;
  const names = recorded(config);
  const raw = selector(newsMetric(config).name, matchers);
  const last = selector(names.last, matchers);
  const rules = [{ record: names.last, expr: aggregateBy("max", [namespaceLabel, ...tagLabels], raw) }];
  if (!isVersioned(tagLabels)) return rules;
  const superseded = compare(arith(time, "-", supersededTags(tagLabels, last)), ">", num(oldAfter(model)));
  return [...rules, { record: names.retired, expr: superseded }];
}

/**
 * Holds an objective back where its figure is not news. A count window holds outcomes however old they are: it speaks for
 * a tag only while that has new ones. A time window empties by itself: it is held back only where another version of the
 * model had news since.
 */
export function whereNotRetired(
  violated: Vector,
  config: RetirementSections,
  model: Model,
  objective: Objective,
  matchers: readonly Matcher[],
): Vector {
  const ignoring = ["window", ...figureLabels(objective)];
  if (objective.window.kind === "last") {
    const age = arith(time, "-", selector(recorded(config).last, matchers));
    return unless(violated, compare(age, ">", num(oldAfter(model))), { ignoring });
  }
  if (!isVersioned(config.tagLabels)) return violated;
  return unless(violated, selector(recorded(config).retired, matchers), { ignoring });
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
