import type { Model, Objective } from "../../config/config.ts";
import { jobName } from "../promql/metric-names.ts";
import type { Matcher } from "../promql/builder.ts";
import { atLeast, since } from "../tool-versions.ts";
import { figureLabels, type Alert } from "./alert.ts";
import { alertName } from "./alert-name.ts";
import { whereLabelled } from "./labelled-rules.ts";
import { objectiveAnnotations, type ObjectiveTextSections } from "./objective-annotations.ts";
import { objectiveExpression } from "./objective-expression.ts";
import { whereNotRetired, type RetirementSections } from "./retired-tags.ts";
import { tagLevel } from "./recording-rules.ts";

/** Alert of an objective, with the model and the objective. */
export interface ObjectiveAlert extends Alert {
  readonly model: Model;
  readonly objective: Objective;
}

/** Sections of the config that the alerts of objectives depend on. */
export type ObjectiveAlertSections = ObjectiveTextSections & RetirementSections;

/** Builds the alert that fires when an objective of a model is violated. */
export function objectiveAlert(
  config: ObjectiveAlertSections,
  model: Model,
  objective: Objective,
  matchers: readonly Matcher[],
): ObjectiveAlert {
  const { tagLabels, prometheus } = config;
  const keeps = objective.keepFiringFor.ms > 0 && atLeast(prometheus.version, since.prometheus.keep_firing_for);
  return {
    model,
    objective,
    figure: { metric: objective.metric, class: objective.class, average: objective.average },
    name: alertName(objective),
    expr: whereLabelled(
      whereNotRetired(objectiveExpression(objective, matchers), config, model, objective, matchers),
      objective,
      matchers,
    ),
    for: objective.for,
    keepFiringFor: keeps ? objective.keepFiringFor : undefined,
    labels: {
      severity: objective.severity,
      ...(model.team === undefined ? {} : { team: model.team }),
      job: jobName,
      ...identity(model, objective),
    },
    kept: [...tagLevel(tagLabels), ...figureLabels(objective)],
    annotations: objectiveAnnotations(config, model, objective),
  };
}

/** Labels that the series have as well: stated by the rule, they tell it from rules of the same name. */
function identity({ name }: Model, { window, class: of, average }: Objective): Readonly<Record<string, string>> {
  return {
    ...(name === "*" ? {} : { model: name }),
    window: window.label,
    ...(of === undefined ? {} : { class: of }),
    ...(average === undefined ? {} : { average }),
  };
}
