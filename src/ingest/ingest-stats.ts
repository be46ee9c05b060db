/** What became of the events of requests: the values of the `result` label. */
export const ingestResults = ["accepted", "duplicate", "skipped", "rejected"] as const;

/** Bounds of the buckets of the time to a commit (s). */
export const commitBounds = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/** Counts of the requests with events since the process started; survives reloads. */
export class IngestStats {
  /** Requests by the status of their answer. */
  readonly requests = new Map<number, number>();
  readonly events: Record<(typeof ingestResults)[number], number> = {
    accepted: 0,
    duplicate: 0,
    skipped: 0,
    rejected: 0,
  };
  /** Times to a commit up to each bound and above the one before; the last is above all bounds. */
  readonly commits = { buckets: new Float64Array(commitBounds.length + 1), sum: 0 };
  /** Bytes of bodies that were taken. */
  bytes = 0;
  /** Unix seconds of the last body that was taken; 0 when there was none yet. */
  lastSeconds = 0;

  /** Counts an answered request. */
  request(status: number): void {
    this.requests.set(status, (this.requests.get(status) ?? 0) + 1);
  }

  /** Records how long events took from being counted to being durable. */
  commit(seconds: number): void {
    const bucket = commitBounds.findIndex((bound) => seconds <= bound);
    const at = bucket < 0 ? commitBounds.length : bucket;
    this.commits.buckets[at] = (this.commits.buckets[at] ?? 0) + 1;
    this.commits.sum += seconds;
  }
}
