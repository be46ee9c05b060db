import { webAddress } from "./scalars.ts";
import { object } from "./strict-object.ts";

/** The keys of `grafana`. */
export const grafanaShape = {
  url: webAddress.transform((url) => url.replace(/\/+$/u, "")).optional(),
};

/** Where the dashboard is to be found. */
export const grafana = object(grafanaShape);
