import * as z from "zod";
import { fullPolicies } from "../ingest/options.ts";
import { expected } from "./messages.ts";
import { integer, oneOf, text } from "./scalars.ts";
import { object } from "./strict-object.ts";

const megabyte = 1024 * 1024;
const positive = expected("a number above 0");

const rate = object(
  {
    perSecond: z
      .number({ error: positive })
      .positive({ error: positive })
      .max(1_000_000)
      .describe("Requests per second in the long run."),
    burst: integer(1, 1_000_000).default(100).describe("Requests that may come at once."),
  },
  { name: "RateInput" },
);

/** Schema of `http` of a source. */
export const http = object(
  {
    tokensFile: text("a path")
      .optional()
      .describe(
        "File of bearer tokens, one a line, relative to the folder of the config and read again when it changes; without it the exporter must listen on loopback, or demand a login.",
      ),
    maxBodyBytes: integer(1024, 256 * megabyte)
      .default(4 * megabyte)
      .describe("Maximum bytes of the body of a request, inflated."),
    maxEvents: integer(1, 1_000_000).default(10_000).describe("Maximum number of events of a request."),
    maxQueuedBytes: integer(1024, 4096 * megabyte)
      .default(16 * megabyte)
      .describe("Maximum bytes of bodies that are read or wait to be durable; further requests are refused with 429."),
    rate: rate.optional().describe("Rate of requests past which they are refused with 429; by default none is."),
    whenFull: oneOf(fullPolicies)
      .default("evict")
      .describe(
        "Whether ids past `join.maxIds` push out those that wait for their other half, or are refused with 429.",
      ),
  },
  { name: "HttpInput" },
);
