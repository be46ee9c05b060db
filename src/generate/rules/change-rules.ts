import { isPromise } from "node:util/types";
import { pathText } from "../../config/fault.ts";
import type { ChangeRules, Config, Rule, RuleGroup } from "../../config/config.ts";
import { ruleGroup } from "../../config/rule-group.ts";
import { wording } from "../../config/messages.ts";
import { errorMessage } from "../../problem.ts";
import { generatedGroups, type GeneratedGroup } from "./rule-groups.ts";

/** A group as it is written. */
export interface EffectiveGroup {
  readonly generated: GeneratedGroup;
  readonly group: RuleGroup;
  /** For each rule that is written: which of the generated alerts it is, unchanged; undefined for any other. */
  readonly alerts: readonly (number | undefined)[];
  /** The generated alerts of which all that we know holds: they and all that they read are unchanged. */
  readonly intact: ReadonlySet<number>;
  /** What is wrong with what the user's function did; the group is the generated one then. */
  readonly faults: readonly string[];
}

const known = new WeakMap<Config, readonly EffectiveGroup[]>();

/** The generated groups as the user's function (`extend.changeRules`) leaves them. It is called once for each. */
export function effectiveGroups(config: Config): readonly EffectiveGroup[] {
  const found = known.get(config);
  if (found !== undefined) return found;
  const { changeRules } = config.extend;
  const groups = generatedGroups(config).map((generated) => changedGroup(generated, changeRules));
  known.set(config, groups);
  return groups;
}

function changedGroup(generated: GeneratedGroup, change: ChangeRules | undefined): EffectiveGroup {
  const { group, faults } =
    change === undefined ? { group: generated.group, faults: [] } : changeBy(change, generated.group);
  const places = placesIn(generated.group.rules, group.rules);
  const first = generated.group.rules.length - generated.alerts.length;
  const alerts: (number | undefined)[] = group.rules.map(() => undefined);
  for (const [index, place] of places.entries()) {
    if (place !== undefined && index >= first) alerts[place] = index - first;
  }
  return { generated, group, alerts, intact: intactAlerts(generated, group, places), faults };
}

/** What stands for the group by the function, or what is wrong with that. The function gets a copy to do with as it likes. */
function changeBy(change: ChangeRules, group: RuleGroup): { group: RuleGroup; faults: readonly string[] } {
  const at = `extend.changeRules(${JSON.stringify(group.name)})`;
  const bad = (...faults: readonly string[]): { group: RuleGroup; faults: readonly string[] } => ({ group, faults });
  let given: unknown;
  try {
    given = change(structuredClone(group));
  } catch (error) {
    return bad(`${at}: threw: ${errorMessage(error)}`);
  }
  if (given === undefined) return bad(`${at}: gave nothing; give the group back, or one without rules to leave it out`);
  if (isPromise(given)) return bad(`${at}: gave a promise; the function must not be async`);
  const result = ruleGroup.safeParse(given, { error: wording, reportInput: true });
  if (!result.success) {
    return bad(
      ...result.error.issues.map(({ path, message }) =>
        path.length === 0 ? `${at}: ${message}` : `${at}.${pathText(path)}: ${message}`,
      ),
    );
  }
  if (result.data.name === group.name) return { group: result.data, faults: [] };
  return bad(`${at}.name: must stay as it is, got ${JSON.stringify(result.data.name)}`);
}

/** Where each of the rules stands unchanged in the others. */
function placesIn(rules: readonly Rule[], others: readonly Rule[]): readonly (number | undefined)[] {
  const texts = new Map(others.map((rule, index) => [textOf(rule), index]));
  return rules.map((rule) => texts.get(textOf(rule)));
}

/**
 * The alerts whose tests still hold. That takes more than their own rule: the group runs as often as it did, in the
 * order that it had; no changed alert has the same name, since promtool asks by name; and nothing that they read was
 * changed.
 */
function intactAlerts(
  { group: before, alerts }: GeneratedGroup,
  after: RuleGroup,
  places: readonly (number | undefined)[],
): ReadonlySet<number> {
  const left = places.filter((place) => place !== undefined);
  const inOrder = left.every((place, index) => index === 0 || place > (left[index - 1] ?? 0));
  if (!inOrder || textOf({ ...before, rules: [] }) !== textOf({ ...after, rules: [] })) return new Set();
  const added = after.rules.filter((_rule, index) => !left.includes(index));
  const gone = before.rules.filter((_rule, index) => places[index] === undefined);
  const names = new Set(added.map(({ alert }) => alert));
  const series = changedSeries(before.rules, [...gone, ...added]);
  const first = before.rules.length - alerts.length;
  return new Set(
    alerts.flatMap((alert, index) => {
      const rule = before.rules[first + index];
      const same = rule !== undefined && places[first + index] !== undefined;
      return same && !names.has(alert.name) && !reads(rule, series) ? [index] : [];
    }),
  );
}

/** The series that changed recording rules record, and those that are recorded from them. */
function changedSeries(rules: readonly Rule[], changed: readonly Rule[]): ReadonlySet<string> {
  const series = new Set(changed.flatMap(({ record }) => record ?? []));
  for (let size = -1; size < series.size;) {
    size = series.size;
    for (const rule of rules) if (rule.record !== undefined && reads(rule, series)) series.add(rule.record);
  }
  return series;
}

/** Whether a rule names one of the series, in its expression or its texts. */
function reads(rule: Rule, series: ReadonlySet<string>): boolean {
  const text = [rule.expr, ...Object.values(rule.annotations ?? {})].join("\n");
  return [...text.matchAll(/[A-Za-z_:][\w:]*/gu)].some(([name]) => series.has(name));
}

/** The same for the same, whatever is undefined. */
function textOf(value: Rule | RuleGroup): string {
  return JSON.stringify(value);
}
