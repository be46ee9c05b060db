import type { Config, Model, Objective } from "../../config/config.ts";
import { dashboardUrl } from "../../config/dashboard-url.ts";
import type { Annotation } from "./annotation.ts";
import { runbookFile, type PageName } from "./runbook-file.ts";

/** Sections of the config that say where links lead to. */
export type LinkSections = Pick<Config, "alerting" | "grafana">;

/**
 * Builds the annotations that link an alert to its runbook and dashboard; a link that is not known is left out. The
 * runbooks that the user names win over the generated one, the objective's over the model's.
 */
export function linkAnnotations(
  { alerting, grafana }: LinkSections,
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
  };
}
