import type { Config } from "../../config/config.ts";

/** The dashboard's fixed name in addresses: it survives every change of the config. */
export const dashboardUid = "model-quality";

/**
 * The address of the dashboard with a model chosen, or with none for `*`; undefined where the config does not say where
 * Grafana is.
 */
export function dashboardUrl(config: Config, model: string): string | undefined {
  const { url } = config.grafana;
  if (url === undefined) return undefined;
  return `${url}/d/${dashboardUid}${model === "*" ? "" : `?var-model=${encodeURIComponent(model)}`}`;
}
