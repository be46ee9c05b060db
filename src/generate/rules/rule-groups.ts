import type { Config, Model, RuleGroup } from "../../config/config.ts";
import { alertRule, type Alert } from "./alert.ts";
import { exporterAlerts } from "./exporter-alerts.ts";
import { allModels, exporterSlug, modelMatchers, modelSlug } from "./models.ts";
import { objectiveAlert, type ObjectiveAlert } from "./objective-alert.ts";
import { formatExpression } from "../promql/format.ts";
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

/** A group as it is made from the config, before the user's own function has seen it. */
export interface GeneratedGroup {
  readonly slug: string;
  /** The model that it is about; undefined where it is about several. */
  readonly model: string | undefined;
  /** Its alerts; their rules stand last in the group, in the same order. */
  readonly alerts: readonly Alert[];
  readonly group: RuleGroup;
}

/** The groups. Rules of one group run in order, so a model's stand in one. */
export function generatedGroups(config: Config): readonly GeneratedGroup[] {
  return [
    ...modelRules(config).map(({ slug, model, recording, alerts }) => ({
      slug,
      model: model.name === "*" ? undefined : model.name,
      alerts,
      group: ruleGroup(slug, recording, alerts),
    })),
    {
      slug: exporterSlug,
      model: undefined,
      alerts: exporterAlerts(config),
      group: ruleGroup(exporterSlug, [], exporterAlerts(config)),
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
