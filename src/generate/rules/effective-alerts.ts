import type { Rule, RuleGroup } from "../../config/config.ts";
import type { Alert } from "./alert.ts";
import type { EffectiveGroup } from "./change-rules.ts";

/** Alert as it stands in the rule files: generated, changed by the user, or the user's own. */
export interface EffectiveAlert {
  readonly name: string;
  /** Labels that the rule sets; undefined for a value that is known only when the alert fires. */
  readonly labels: Readonly<Record<string, string | undefined>>;
  /** Names of the labels that come from its series; undefined where they are not known. */
  readonly kept: readonly string[] | undefined;
  /** Value of the label `model`, where it is known. */
  readonly model: string | undefined;
  /** Path in the config of the user's rule or function; undefined for an alert that is as it was generated. */
  readonly path: string | undefined;
  /** Generated alert that it came from: unchanged, or changed but of the same name. */
  readonly generated: Alert | undefined;
}

/** Lists every alert that can fire: those of the groups, then those of the user's own groups. */
export function effectiveAlerts(
  groups: readonly EffectiveGroup[],
  userGroups: readonly RuleGroup[],
): readonly EffectiveAlert[] {
  return [
    ...groups.flatMap(groupAlerts),
    ...userGroups.flatMap((group, index) =>
      group.rules.flatMap((rule, position) => {
        const path = `extend.ruleGroups[${index}].rules[${position}]`;
        return rule.alert === undefined ? [] : [userAlert(rule.alert, rule, group, path, undefined, undefined)];
      }),
    ),
  ];
}

function groupAlerts({ generated, group, alerts }: EffectiveGroup): readonly EffectiveAlert[] {
  return group.rules.flatMap((rule, index) => {
    const own = generated.alerts[alerts[index] ?? -1];
    if (own !== undefined) {
      const { name, labels, kept } = own;
      return [{ name, labels, kept, model: labels["model"] ?? generated.model, path: undefined, generated: own }];
    }
    if (rule.alert === undefined) return [];
    const path = `extend.changeRules(${JSON.stringify(group.name)}).rules[${index}]`;
    const namesake = generated.alerts.find(({ name }) => name === rule.alert);
    return [userAlert(rule.alert, rule, group, path, namesake, generated.model)];
  });
}

function userAlert(
  name: string,
  rule: Rule,
  group: RuleGroup,
  path: string,
  generated: Alert | undefined,
  model: string | undefined,
): EffectiveAlert {
  const labels = Object.entries({ ...group.labels, ...rule.labels });
  return {
    name,
    labels: Object.fromEntries(labels.map(([label, value]) => [label, plainText(value)])),
    kept: generated?.kept,
    model: generated === undefined ? undefined : model,
    path,
    generated,
  };
}

/** Renders a template that is only text; undefined for any other. */
function plainText(template: string): string | undefined {
  const text = template.replaceAll('{{ "{" }}', "\0");
  return text.includes("{{") ? undefined : text.replaceAll("\0", "{");
}
