import type { Config, Rule, RuleGroup } from "../../config/config.ts";
import type { Alert } from "./alert.ts";
import { effectiveGroups, type EffectiveGroup } from "./change-rules.ts";

/** An alert as it stands in the rule files, ours or the user's. */
export interface EffectiveAlert {
  readonly name: string;
  /** Labels that the rule sets; undefined for a value that only the template knows. */
  readonly labels: Readonly<Record<string, string | undefined>>;
  /** Names of the labels that come with its series; undefined where they are not known. */
  readonly kept: readonly string[] | undefined;
  /** The value of the label `model`, where it is known. */
  readonly model: string | undefined;
  /** Where the user has it from; undefined for an alert that is just as it was generated. */
  readonly path: string | undefined;
  /** The generated alert that it is, or of whose name it is. */
  readonly generated: Alert | undefined;
}

/** Every alert that can fire. */
export function effectiveAlerts(config: Config): readonly EffectiveAlert[] {
  return [
    ...effectiveGroups(config).flatMap(groupAlerts),
    ...config.extend.ruleGroups.flatMap((group, index) =>
      group.rules.flatMap((rule, place) => {
        const path = `extend.ruleGroups[${index}].rules[${place}]`;
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
      return [{ name, labels, kept, model: own.absentModel ?? generated.model, path: undefined, generated: own }];
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

/** What a template prints that has nothing in it but text; undefined for any other. */
function plainText(template: string): string | undefined {
  const text = template.replaceAll('{{ "{" }}', "\0");
  return text.includes("{{") ? undefined : text.replaceAll("\0", "{");
}
