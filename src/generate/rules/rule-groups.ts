import type { Config, Model, RuleGroup } from "../../config/config.ts";
import { formatExpression } from "../promql/format.ts";
import { alertRule, type Alert } from "./alert.ts";
import { allModels, exporterSlug, modelMatchers, modelSlug } from "./models.ts";
import { objectiveAlert, type ObjectiveAlert, type ObjectiveAlertSections } from "./objective-alert.ts";
import { recordingRules, type RecordingRule } from "./recording-rules.ts";
import { retirementRules } from "./retired-tags.ts";

/** Rules about one model, or about every model that the config does not name. */
export interface ModelRules {
  readonly slug: string;
  readonly model: Model;
  readonly recording: readonly RecordingRule[];
  readonly alerts: readonly ObjectiveAlert[];
}

/** Builds the rules about models, in the order of the models' names; those for unnamed models come last. */
export function modelRules(config: ObjectiveAlertSections & Pick<Config, "models">): readonly ModelRules[] {
  return allModels(config.models).map((model) => {
    const matchers = modelMatchers(config.models, model.name);
    return {
      slug: modelSlug(model.name),
      model,
      recording: [...recordingRules(config, matchers), ...retirementRules(config.tagLabels, model, matchers)],
      alerts: model.objectives.map((objective) => objectiveAlert(config, model, objective, matchers)),
    };
  });
}

/** Group of rules as generated, before the user's function (`extend.changeRules`) changes it. */
export interface GeneratedGroup {
  readonly slug: string;
  /** Model that the rules are about; undefined where there are several. */
  readonly model: string | undefined;
  /** Alerts of the group; their rules stand last in it, in the same order. */
  readonly alerts: readonly Alert[];
  readonly group: RuleGroup;
}

/** Builds the groups: one a model, since rules of one group run in order, and one for the exporter. */
export function generatedGroups(
  models: readonly ModelRules[],
  exporterAlerts: readonly Alert[],
): readonly GeneratedGroup[] {
  return [
    ...models.map(({ slug, model, recording, alerts }) => ({
      slug,
      model: model.name === "*" ? undefined : model.name,
      alerts,
      group: ruleGroup(slug, recording, alerts),
    })),
    {
      slug: exporterSlug,
      model: undefined,
      alerts: exporterAlerts,
      group: ruleGroup(exporterSlug, [], exporterAlerts),
    },
  ];
}

function ruleGroup(slug: string, recording: readonly RecordingRule[], alerts: readonly Alert[]): RuleGroup {
  const records = recording.map(({ record, expr, labels }) => ({
    record,
    expr: formatExpression(expr),
    ...(labels && { labels }),
  }));
  return { name: `model-quality-${slug}`, rules: [...records, ...alerts.map(alertRule)] };
}
