import type { Config } from "../config/config.ts";
import { inhibitRules, type InhibitRule } from "./alertmanager/inhibition.ts";
import { routingCases, type RoutingCase } from "./alertmanager/routing-cases.ts";
import type { Alert } from "./rules/alert.ts";
import { changeGroups, type EffectiveGroup } from "./rules/change-rules.ts";
import { effectiveAlerts, type EffectiveAlert } from "./rules/effective-alerts.ts";
import { exporterAlerts } from "./rules/exporter-alerts.ts";
import { ruleFiles, type NamedRuleFile } from "./rules/prometheus-files.ts";
import { generatedGroups, modelRules, type ModelRules } from "./rules/rule-groups.ts";

/** Everything about rules, alerts and routing that a config leads to; each generated file is a function of it. */
export interface Plan {
  /** Rules about models, by model; those for unnamed models come last. */
  readonly models: readonly ModelRules[];
  /** Alerts on the exporter itself and on its sources. */
  readonly exporterAlerts: readonly Alert[];
  /** Groups of the models and of the exporter, as the user's function leaves them. */
  readonly groups: readonly EffectiveGroup[];
  /** Files of all rules: of the groups, and the user's own. */
  readonly ruleFiles: readonly NamedRuleFile[];
  /** Alerts that can fire: generated, changed, or the user's own. */
  readonly alerts: readonly EffectiveAlert[];
  readonly inhibitRules: readonly InhibitRule[];
  /** Labels of alerts with the receivers that they must reach. */
  readonly routingCases: readonly RoutingCase[];
}

/** Computes the plan of a config; calls the user's function (`extend.changeRules`) once for each group. */
export function makePlan(config: Config): Plan {
  const models = modelRules(config);
  const exporter = exporterAlerts(config);
  const groups = changeGroups(generatedGroups(models, exporter), config.extend.changeRules);
  const alerts = effectiveAlerts(groups, config.extend.ruleGroups);
  return {
    models,
    exporterAlerts: exporter,
    groups,
    ruleFiles: ruleFiles(groups, config.extend.ruleGroups),
    alerts,
    inhibitRules: inhibitRules(alerts, config),
    routingCases: routingCases(alerts, config),
  };
}
