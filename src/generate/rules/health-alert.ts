import type { Config, Duration, Team } from "../../config/config.ts";
import type { Vector } from "../promql/builder.ts";
import { jobName, namespaceLabel } from "../promql/metric-names.ts";
import type { Alert } from "./alert.ts";
import type { Annotation, AnnotationPart } from "./annotation.ts";
import { linkAnnotations } from "./links.ts";
import { generalSeverity } from "./severities.ts";

/** Sections of the config that alerts depend on which no objective sets. */
export type HealthAlertSections = Pick<
  Config,
  "models" | "teams" | "tagLabels" | "alerting" | "grafana" | "statusPage"
>;

/** Alert that no objective sets, in the words that its texts are made of. */
export interface HealthAlert {
  readonly name: string;
  readonly expr: Vector;
  readonly for: Duration;
  readonly kept: readonly string[];
  /** What is wrong with what, in words that hold when it is over as well. */
  readonly subject: Annotation;
  /** Appended to the subject: how bad it is. */
  readonly extent?: Annotation;
  /** Sentences on what follows from it. */
  readonly consequence: string;
  /** Model whose team owns it; undefined for an alert that is of no model. */
  readonly owner: string | undefined;
}

/** Part of a text: the model. */
export const modelLabel: AnnotationPart = { kind: "label", label: "model", before: "" };
/** Part of a text: the namespace, where there is one. */
export const inNamespace: AnnotationPart = { kind: "label", label: namespaceLabel, before: " in namespace " };

/** Writes minutes as a duration. */
export const minutes = (count: number): Duration => ({ word: `${count}m`, ms: count * 60_000 });

/** Builds an alert that no objective sets; the rule sets the label `model` to its owner, if that is a named model. */
export function healthAlert(sections: HealthAlertSections, row: HealthAlert): Alert {
  const { models, teams } = sections;
  const { name, subject, extent = [], consequence, owner } = row;
  const model = owner === undefined ? undefined : models.get(owner);
  return {
    name,
    expr: row.expr,
    for: row.for,
    keepFiringFor: undefined,
    labels: {
      ...ownerLabels(teams.get(models.get(owner ?? "*")?.team ?? "")),
      job: jobName,
      ...(owner === undefined || owner === "*" ? {} : { model: owner }),
    },
    kept: row.kept,
    annotations: {
      subject,
      summary: [...subject, ...extent],
      description: [...subject, ...extent, `. ${consequence}`],
      ...linkAnnotations(sections, { name, isOurName: true }, model),
    },
  };
}

/** Labels of the severity and the owner; a team that routes nothing is left out, so that the default receiver is told. */
function ownerLabels(team: Team | undefined): Readonly<Record<string, string>> {
  const severity = generalSeverity(team);
  return team === undefined || severity === undefined ? { severity: "warning" } : { severity, team: team.name };
}
