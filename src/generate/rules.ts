import type { Config, Model } from "../config/config.ts";
import { alertRule, type Alert } from "./alert.ts";
import { exporterAlerts } from "./exporter-alerts.ts";
import { allModels, exporterSlug, modelMatchers, modelSlug } from "./models.ts";
import { objectiveAlert, type ObjectiveAlert } from "./objective-alert.ts";
import { exprText } from "./promql-layout.ts";
import { recordingRules, type RecordingRule } from "./recording-rules.ts";

/** The rules about one model, or about all that the config does not name. */
export interface ModelRules {
  readonly slug: string;
  readonly model: Model;
  readonly recording: readonly RecordingRule[];
  readonly alerts: readonly ObjectiveAlert[];
}

/** All rules about models, in the order of their names; those for models that are not named come last. */
export function modelRules(config: Config): readonly ModelRules[] {
  return allModels(config).map((model) => {
    const matchers = modelMatchers(config, model.name);
    return {
      slug: modelSlug(model.name),
      model,
      recording: recordingRules(config, matchers),
      alerts: model.objectives.map((objective) => objectiveAlert(config, model, objective, matchers)),
    };
  });
}

/** Every alert that can fire. */
export function allAlerts(config: Config): readonly Alert[] {
  return [...modelRules(config).flatMap(({ alerts }) => alerts), ...exporterAlerts(config)];
}

/** The rule files: name and content. Rules of one group run in order, so a model's stand in one. */
export function ruleFiles(config: Config): readonly (readonly [path: string, content: RuleFile])[] {
  return [
    ...modelRules(config).map((rules) => ruleFile(rules.slug, rules.recording, rules.alerts)),
    ruleFile(exporterSlug, [], exporterAlerts(config)),
  ];
}

/** A rule file as Prometheus reads it. */
export interface RuleFile {
  readonly groups: readonly { readonly name: string; readonly rules: readonly Readonly<Record<string, unknown>>[] }[];
}

function ruleFile(
  slug: string,
  recording: readonly RecordingRule[],
  alerts: readonly Alert[],
): readonly [string, RuleFile] {
  const rules = [
    ...recording.map(({ record, expr, labels }) => ({ record, expr: exprText(expr), ...(labels && { labels }) })),
    ...alerts.map(alertRule),
  ];
  return [`${slug}.yml`, { groups: [{ name: `model-quality-${slug}`, rules }] }];
}
