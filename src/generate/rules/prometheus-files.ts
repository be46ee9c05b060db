import type { Config, RuleGroup } from "../../config/config.ts";
import { effectiveGroups } from "./change-rules.ts";
import { extraSlug } from "./models.ts";

/** A rule file as Prometheus reads it. */
export interface RuleFile {
  readonly groups: readonly RuleGroup[];
}

/**
 * The rule files: name and content, as the user's own function leaves them, and one with the user's own groups. A group
 * that is left without rules is not written.
 */
export function ruleFiles(config: Config): readonly (readonly [path: string, content: RuleFile])[] {
  const { ruleGroups } = config.extend;
  return [
    ...effectiveGroups(config)
      .filter(({ group }) => group.rules.length > 0)
      .map(({ generated, group }) => [`${generated.slug}.yml`, { groups: [group] }] as const),
    ...(ruleGroups.length === 0 ? [] : [[`${extraSlug}.yml`, { groups: ruleGroups }] as const]),
  ];
}
