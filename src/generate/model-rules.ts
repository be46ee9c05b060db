import type { Config, Model, Objective } from "../config/config.ts";
import { literal, type Matcher } from "./promql.ts";
import { objectiveAlert, type ObjectiveAlert } from "./objective-alert.ts";
import { recordingRules, type RecordingRule } from "./recording-rules.ts";
import { slug } from "./slug.ts";

/** The rules of one model, or of all that the config does not name. */
export interface ModelRules {
  /** File and group name. */
  readonly slug: string;
  /** The model's name; `*` for those that are not named. */
  readonly model: string;
  readonly recording: readonly RecordingRule[];
  readonly alerts: readonly ObjectiveAlert[];
}

/** The file that holds the rules of models that are not named, and the one of the exporter's own rules. */
export const othersSlug = "other-models";
export const exporterSlug = "exporter";

/** Everything that is ruled about models, in the order of their names; those that are not named come last. */
export function modelRules(config: Config): readonly ModelRules[] {
  const named = namedModels(config);
  const others: Model = config.models.get("*") ?? { ...noOne, name: "*" };
  return [...named, others].map((model) => {
    const matchers = modelMatchers(config, model.name);
    return {
      slug: modelSlug(model.name),
      model: model.name,
      recording: recordingRules(config, matchers),
      alerts: model.objectives.map((objective: Objective) => objectiveAlert(config, model, objective, matchers)),
    };
  });
}

/** The file name of a model, unlike that of any other. */
export function modelSlug(model: string): string {
  return model === "*" ? othersSlug : slug(model, new Set([othersSlug, exporterSlug]));
}

/** What picks the series of a model; `*` picks those of every model that is not named. */
export function modelMatchers(config: Config, model: string): readonly Matcher[] {
  if (model !== "*") return [["model", "=", model]];
  const named = namedModels(config);
  return named.length === 0 ? [] : [["model", "!~", named.map(({ name }) => literal(name)).join("|")]];
}

/** The models that the config names, in code-unit order. */
export function namedModels(config: Config): readonly Model[] {
  return [...config.models.values()]
    .filter(({ name }) => name !== "*")
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

const noOne: Omit<Model, "name"> = {
  team: undefined,
  classes: undefined,
  runbook: undefined,
  dashboard: undefined,
  objectives: [],
};
