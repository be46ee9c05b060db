/** What became of a label, in the order of precedence where it concerns several predictions. */
export const labelResults = ["joined", "corrected", "correction_late", "duplicate", "too_late", "parked"] as const;

/** One of `labelResults`. */
export type LabelResult = (typeof labelResults)[number];

/** Bounds of the buckets of delays (s): a second to three months. */
export const delayBounds = [
  1, 10, 60, 300, 1800, 3600, 21_600, 86_400, 259_200, 604_800, 1_209_600, 2_592_000, 7_776_000,
] as const;

/** Models of which delays and latest labels are kept. */
const mostModels = 10_000;

/** Delays of the labels of one model. */
export interface Delays {
  /** Delays up to each bound and above the one before; the last is above all bounds. */
  readonly buckets: Float64Array;
  sum: number;
}

/** Why ids leave that were never joined. */
const departures = (): Record<"expired" | "capacity", number> => ({ expired: 0, capacity: 0 });

/** Counts of the join since the process started; survives reloads. */
export class JoinStats {
  readonly labels: Record<LabelResult, number> = {
    joined: 0,
    corrected: 0,
    correction_late: 0,
    duplicate: 0,
    too_late: 0,
    parked: 0,
  };
  /** Predictions that were never labelled. */
  readonly evicted = departures();
  /** Labels that never met a prediction. */
  readonly unmatched = departures();
  /** Predictions that count as the absent class, since no label came. */
  absent = 0;
  /** Repeated predictions by whether their class differs from the first. */
  readonly repeated = { true: 0, false: 0 };
  /** Delays by model. */
  readonly delays = new Map<string, Delays>();
  /** Time of the latest label of a prediction by model (Unix ms). */
  readonly lastLabels = new Map<string, number>();
  #changed = new Set<string>();

  /** Records how long after its prediction a label was (ms); one before it counts as 0. */
  delay(model: string, ms: number): void {
    let delays = this.delays.get(model);
    if (delays === undefined) {
      bound(this.delays);
      delays = { buckets: new Float64Array(delayBounds.length + 1), sum: 0 };
      this.delays.set(model, delays);
    }
    const seconds = Math.max(0, ms / 1000);
    const bucket = delayBounds.findIndex((bound) => seconds <= bound);
    const at = bucket < 0 ? delayBounds.length : bucket;
    delays.buckets[at] = (delays.buckets[at] ?? 0) + 1;
    delays.sum += seconds;
  }

  /** Records the time of a label of a model. */
  lastLabel(model: string, time: number): void {
    const last = this.lastLabels.get(model);
    if (last !== undefined && time <= last) return;
    if (last === undefined) bound(this.lastLabels);
    this.lastLabels.set(model, time);
    this.#changed.add(model);
  }

  /** Models whose latest label has changed since the last call; undefined for one that was given up. */
  takeLastLabels(): [model: string, time: number | undefined][] {
    const changed = [...this.#changed].map((model): [string, number | undefined] => [
      model,
      this.lastLabels.get(model),
    ]);
    this.#changed = new Set();
    return changed;
  }
}

/** Makes room for one more model: those of a long time must not add up. */
function bound(models: Map<string, unknown>): void {
  const [oldest] = models.keys();
  if (models.size >= mostModels && oldest !== undefined) models.delete(oldest);
}
