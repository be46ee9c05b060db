import type { PrometheusTarget, RuleGroup } from "../../config/config.ts";
import { jobName } from "../promql/metric-names.ts";
import type { EffectiveGroup } from "./change-rules.ts";
import { extraSlug } from "./models.ts";

/** Rule file: its name and its content. */
export type NamedRuleFile = readonly [path: string, content: { readonly groups: readonly RuleGroup[] }];

/** Builds the rule files: one for each group that has rules, and one for the user's own groups. */
export function ruleFiles(
  groups: readonly EffectiveGroup[],
  userGroups: readonly RuleGroup[],
): readonly NamedRuleFile[] {
  return [
    ...groups
      .filter(({ group }) => group.rules.length > 0)
      .map(({ generated, group }) => [`${generated.slug}.yml`, { groups: [group] }] as const),
    ...(userGroups.length === 0 ? [] : [[`${extraSlug}.yml`, { groups: userGroups }] as const]),
  ];
}

/** Builds `prometheus.yml`: scrapes the exporter, loads the rule files beside it, and names the Alertmanagers. */
export function prometheusConfig(prometheus: PrometheusTarget): Record<string, unknown> {
  return {
    global: {
      scrape_interval: prometheus.scrapeInterval.word,
      evaluation_interval: prometheus.evaluationInterval.word,
    },
    rule_files: ["rules/*.yml"],
    ...(prometheus.alertmanagers.length === 0
      ? {}
      : { alerting: { alertmanagers: [{ static_configs: [{ targets: prometheus.alertmanagers }] }] } }),
    scrape_configs: [{ job_name: jobName, static_configs: [{ targets: prometheus.targets }] }],
  };
}
