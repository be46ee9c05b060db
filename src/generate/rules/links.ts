import type { Config, Model, Objective } from "../../config/config.ts";
import { dashboardUrl } from "../../config/dashboard-url.ts";
import { queryEscape, type Annotation, type AnnotationPart } from "./annotation.ts";
import { runbookFile, type PageName } from "./runbook-file.ts";

/** Sections of the config that say where links lead to. */
export type LinkSections = Pick<Config, "alerting" | "grafana" | "statusPage" | "tagLabels">;

/**
 * Builds the annotations that link an alert to its runbook, its dashboard and the status page; a link that is not known is left out. The
 * runbooks that the user names win over the generated one, the objective's over the model's.
 */
export function linkAnnotations(
  { alerting, grafana, statusPage, tagLabels }: LinkSections,
  page: PageName,
  model?: Model,
  objective?: Objective,
): Readonly<Record<string, Annotation>> {
  const generated = alerting.runbookUrl === undefined ? undefined : `${alerting.runbookUrl}/${runbookFile(page)}`;
  const runbook = objective?.runbook ?? model?.runbook ?? generated;
  const dashboard = model?.dashboard ?? dashboardUrl(grafana, model?.name ?? "*");
  return {
    ...(runbook === undefined ? {} : { runbook_url: [runbook] }),
    ...(dashboard === undefined ? {} : { dashboard_url: [dashboard] }),
    ...(statusPage.url === undefined ? {} : { status_url: statusUrl(statusPage.url, tagLabels, model, objective) }),
  };
}

/** Writes the address of the page of what an alert speaks of: a tag and a window, a model, or nothing in particular. */
function statusUrl(url: string, tagLabels: readonly string[], model?: Model, objective?: Objective): Annotation {
  if (objective === undefined) {
    return [model === undefined || model.name === "*" ? `${url}/` : `${url}/?model=${queryEscape(model.name)}`];
  }
  const labels = tagLabels.flatMap((label, index): readonly AnnotationPart[] => [
    `${index === 0 ? "?" : "&"}${label}=`,
    { kind: "parameter", label },
  ]);
  const rest = { window: objective.window.label, ...(objective.class === undefined ? {} : { class: objective.class }) };
  const parameters = Object.entries(rest).map(([name, value]) => `&${name}=${queryEscape(value)}`);
  return [`${url}/`, ...labels, ...parameters];
}
