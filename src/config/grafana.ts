import { webAddress } from "./scalars.ts";
import { object } from "./strict-object.ts";

/** The keys of `grafana`. */
const grafanaShape = {
  url: webAddress
    .transform((url) => url.replace(/\/+$/u, ""))
    .optional()
    .describe(
      "The address of Grafana, for links to the generated dashboard in alerts of models without their own `dashboard`.",
    ),
};

/** Schema of `grafana`. */
export const grafana = object(grafanaShape, { name: "GrafanaInput" });
