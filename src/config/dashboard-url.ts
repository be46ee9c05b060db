import type { PageTarget } from "./config.ts";

/** Fixed identifier of the dashboard in URLs: it survives every change of the config. */
export const dashboardUid = "model-quality";

/** Builds the URL of the dashboard with a model selected, or none for `*`; undefined where Grafana's URL is not known. */
export function dashboardUrl({ url }: PageTarget, model: string): string | undefined {
  if (url === undefined) return undefined;
  return `${url}/d/${dashboardUid}${model === "*" ? "" : `?var-model=${encodeURIComponent(model)}`}`;
}
