import { webAddress } from "./scalars.ts";
import { object } from "./strict-object.ts";

/** The keys of `statusPage`. */
const statusPageShape = {
  url: webAddress
    .transform((url) => url.replace(/\/+$/u, ""))
    .optional()
    .describe("The address of the exporter's status page, for links in alerts to the tag and window they speak of."),
};

/** Schema of `statusPage`. */
export const statusPage = object(statusPageShape, { name: "StatusPageInput" });
