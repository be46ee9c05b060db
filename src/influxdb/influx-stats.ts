import type { InfluxView } from "../exposition/influx-metrics.ts";

/** Counts of what was sent to InfluxDB since the process started; survives reloads. */
export class InfluxStats implements InfluxView {
  readonly lines = { written: 0, rejected: 0, dropped: 0 };
  /** Requests by the status of their answer; `timeout` and `error` for those without one. */
  readonly requests = new Map<string, number>();
  /** Compressed bytes that wait to be written. */
  bufferedBytes = 0;
  /** Lines that wait to be written. */
  bufferedLines = 0;
  /** Unix seconds of the last answer that took lines; 0 before the first. */
  lastSuccessSeconds = 0;
  /** Why the server takes nothing at present; undefined while it does. */
  failure: string | undefined;
  /** Why lines were rejected last; undefined where none were. */
  rejection: string | undefined;

  /** Counts a request by its answer. */
  request(code: string): void {
    this.requests.set(code, (this.requests.get(code) ?? 0) + 1);
  }
}
