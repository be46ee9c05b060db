import type { Model, RuleGroup } from "../../config/config.ts";
import { formatExpression } from "../promql/format.ts";
import { alertRule, type Alert } from "./alert.ts";
import { labelledAlerts, labelledRecordings, type LabelledAlert, type LabelledSections } from "./labelled-rules.ts";
import { allModels, exporterSlug, modelMatchers, modelSlug, silenceSlug } from "./models.ts";
import { objectiveAlert, type ObjectiveAlert, type ObjectiveAlertSections } from "./objective-alert.ts";
import { recordingRules, type RecordingRule } from "./recording-rules.ts";
import { retirementRules } from "./retired-tags.ts";
import { silenceAlerts, type SilenceAlertSections } from "./silence-alerts.ts";

/** Rules about one model, or about every model that the config does not name. */
export interface ModelRules {
  readonly slug: string;
  readonly model: Model;
  readonly recording: readonly RecordingRule[];
  readonly alerts: readonly ObjectiveAlert[];
  /** Alerts on how much of the model's traffic is labelled. */
  readonly labelled: readonly LabelledAlert[];
  /** Alerts on the model's absence and silence. */
  readonly silence: readonly Alert[];
}

/** Builds the rules about models, in the order of the models' names; those for unnamed models come last. */
export function modelRules(
  config: ObjectiveAlertSections & SilenceAlertSections & LabelledSections,
): readonly ModelRules[] {
  return allModels(config.models).map((model) => {
    const matchers = modelMatchers(config.models, model.name);
    return {
      slug: modelSlug(model.name),
      model,
      recording: [
        ...recordingRules(config, matchers),
        ...labelledRecordings(config, model, matchers),
        ...retirementRules(config, model, matchers),
      ],
      alerts: model.objectives.map((objective) => objectiveAlert(config, model, objective, matchers)),
      labelled: labelledAlerts(config, model, matchers),
      silence: silenceAlerts(config, model),
    };
  });
}

/** Group of rules as generated, before the user's function (`extend.changeRules`) changes it. */
export interface GeneratedGroup {
  /** Name of its file, without the ending; groups of one file run side by side. */
  readonly file: string;
  /** Model that the rules are about; undefined where there are several. */
  readonly model: string | undefined;
  /** Alerts of the group; their rules stand last in it, in the same order. */
  readonly alerts: readonly Alert[];
  readonly group: RuleGroup;
}

/**
 * Builds the groups: one a model, since rules of one group run in order, one for the exporter, and one a model on its
 * silence. These have a file of their own: promtool runs all rules of a file for each of its tests.
 */
export function generatedGroups(
  models: readonly ModelRules[],
  exporterAlerts: readonly Alert[],
): readonly GeneratedGroup[] {
  const nameOf = ({ name }: Model): string | undefined => (name === "*" ? undefined : name);
  return [
    ...models.map(({ slug, model, recording, alerts: ofObjectives, labelled }) => {
      const alerts = [...ofObjectives, ...labelled];
      return { file: slug, model: nameOf(model), alerts, group: ruleGroup(slug, recording, alerts) };
    }),
    {
      file: exporterSlug,
      model: undefined,
      alerts: exporterAlerts,
      group: ruleGroup(exporterSlug, [], exporterAlerts),
    },
    // No other slug has a dot.
    ...models.map(({ slug, model, silence }) => ({
      file: silenceSlug,
      model: nameOf(model),
      alerts: silence,
      group: ruleGroup(`${slug}.${silenceSlug}`, [], silence),
    })),
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
