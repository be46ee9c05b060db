/** What happens when as many ids are remembered as may be: the oldest are forgotten, or events refused. */
export const fullPolicies = ["evict", "refuse"] as const;

/** Validated options of a source of events by HTTP. */
export interface IngestOptions {
  /** Absolute path of the file of bearer tokens, one a line; undefined where none are asked for. */
  readonly tokensFile: string | undefined;
  /** Bytes of a body, inflated. */
  readonly maxBodyBytes: number;
  /** Events of a request. */
  readonly maxEvents: number;
  /** Bytes of all bodies that are read or wait to be durable. */
  readonly maxQueuedBytes: number;
  /** Requests that are let in; undefined for all. */
  readonly rate: { readonly perSecond: number; readonly burst: number } | undefined;
  readonly whenFull: (typeof fullPolicies)[number];
}
