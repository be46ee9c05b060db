import { isPromise } from "node:util/types";
import { pathText } from "../../config/fault.ts";
import type { ChangeRules, Rule, RuleGroup } from "../../config/config.ts";
import { ruleGroup } from "../../config/rule-group.ts";
import { wording } from "../../config/messages.ts";
import { errorMessage } from "../../problem.ts";
import type { GeneratedGroup } from "./rule-groups.ts";

/** Group of rules as it is written to a file. */
export interface EffectiveGroup {
  readonly generated: GeneratedGroup;
  readonly group: RuleGroup;
  /** For each rule of `group`: the index of the generated alert that it is, unchanged; undefined for any other rule. */
  readonly alerts: readonly (number | undefined)[];
  /** Indexes of the generated alerts whose tests still hold: they and all that they read are unchanged. */
  readonly intact: ReadonlySet<number>;
  /** Faults of the user's function; where there are any, `group` is the generated one. */
  readonly faults: readonly string[];
}

/** Applies the user's function (`extend.changeRules`) to each group, once. */
export function changeGroups(
  groups: readonly GeneratedGroup[],
  change: ChangeRules | undefined,
): readonly EffectiveGroup[] {
  return groups.map((generated) => {
    const { group, faults } =
      change === undefined ? { group: generated.group, faults: [] } : changeGroup(generated.group, change);
    const positions = positionsIn(generated.group.rules, group.rules);
    const first = generated.group.rules.length - generated.alerts.length;
    const alerts: (number | undefined)[] = group.rules.map(() => undefined);
    for (const [index, position] of positions.entries()) {
      if (position !== undefined && index >= first) alerts[position] = index - first;
    }
    return { generated, group, alerts, intact: intactAlerts(generated, group, positions), faults };
  });
}

/** Calls the function with a copy of the group, and validates its result. */
function changeGroup(group: RuleGroup, change: ChangeRules): { group: RuleGroup; faults: readonly string[] } {
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

/** Finds the position of each rule, unchanged, among the others. */
function positionsIn(rules: readonly Rule[], others: readonly Rule[]): readonly (number | undefined)[] {
  const texts = new Map(others.map((rule, index) => [textOf(rule), index]));
  return rules.map((rule) => texts.get(textOf(rule)));
}

/**
 * Finds the alerts whose tests still hold: their rules are unchanged, and so are the group's interval and order and
 * every series that they read; no changed alert has the same name, since promtool asks by name.
 */
function intactAlerts(
  { group: before, alerts }: GeneratedGroup,
  after: RuleGroup,
  positions: readonly (number | undefined)[],
): ReadonlySet<number> {
  const left = positions.filter((position) => position !== undefined);
  const inOrder = left.every((position, index) => index === 0 || position > (left[index - 1] ?? 0));
  if (!inOrder || textOf({ ...before, rules: [] }) !== textOf({ ...after, rules: [] })) return new Set();
  const added = after.rules.filter((_rule, index) => !left.includes(index));
  const gone = before.rules.filter((_rule, index) => positions[index] === undefined);
  const names = new Set(added.map(({ alert }) => alert));
  const series = changedSeries(before.rules, [...gone, ...added]);
  const first = before.rules.length - alerts.length;
  return new Set(
    alerts.flatMap((alert, index) => {
      const rule = before.rules[first + index];
      const same = rule !== undefined && positions[first + index] !== undefined;
      return same && !names.has(alert.name) && !reads(rule, series) ? [index] : [];
    }),
  );
}

/** Finds the series that changed recording rules record, and those recorded from them. */
function changedSeries(rules: readonly Rule[], changed: readonly Rule[]): ReadonlySet<string> {
  const series = new Set(changed.flatMap(({ record }) => record ?? []));
  for (let size = -1; size < series.size;) {
    size = series.size;
    for (const rule of rules) if (rule.record !== undefined && reads(rule, series)) series.add(rule.record);
  }
  return series;
}

/** Tells whether a rule names one of the series, in its expression or its annotations. */
function reads(rule: Rule, series: ReadonlySet<string>): boolean {
  const text = [rule.expr, ...Object.values(rule.annotations ?? {})].join("\n");
  return [...text.matchAll(/[A-Za-z_:][\w:]*/gu)].some(([name]) => series.has(name));
}

/** Canonical JSON: equal rules give equal text, whichever of their keys are undefined. */
function textOf(value: Rule | RuleGroup): string {
  return JSON.stringify(value);
}
