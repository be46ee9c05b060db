import { webAddress } from "./scalars.ts";
import { object } from "./strict-object.ts";

/** The keys of `grafana`. */
const grafanaShape = {
  url: webAddress
    .transform((url) => url.replace(/\/+$/u, ""))
    .optional()
    .describe("The address of Grafana: alerts of models without a `dashboard` of their own link to the generated one."),
};

/** Where the dashboard is to be found. */
export const grafana = object(grafanaShape, { name: "GrafanaInput" });
