/** What a key is made of. */
export const joinKeys = ["model", "id"] as const;

/** Where an outcome is placed: at the later of its two times, or at that of the prediction. */
export const placements = ["label", "prediction"] as const;

/** How long after its prediction a label counts, for one model. */
export interface JoinMatch {
  /** How long after the prediction the label may be (ms). */
  readonly withinMs: number;
  /** How long before the prediction the label may be (ms). */
  readonly earlyMs: number;
  /** The class of predictions that get no label in time; undefined to count none. */
  readonly absent: string | undefined;
  /** The age at which a prediction is due to have its label (ms); undefined where nobody says so. */
  readonly maturityMs: number | undefined;
}

/** How predictions and labels of separate lines are joined. */
export interface JoinOptions {
  /** True where ids of different models are apart. */
  readonly byModel: boolean;
  readonly placeAt: (typeof placements)[number];
  /** Limit of remembered ids. */
  readonly maxIds: number;
  /** By model; `*` for every other one. */
  readonly models: ReadonlyMap<string, JoinMatch>;
}

/** Receiver of what is joined: the windows. */
export interface Outcomes {
  /** Names of a tag's labels. */
  readonly tagLabels: readonly string[];
  /** Tells of a prediction, labelled or not; false when its tag is past the limit. */
  predicted(labels: readonly string[], time: number, now: number): boolean;
  /** The spelling by which the model of a tag knows a class. */
  spelling(labels: readonly string[], name: string): string;
  /** When an outcome counts that is dated so: now, for one too far in the future. */
  effectiveTime(time: number, now: number): number;
  /** Counts a prediction that is not a repeat as one without a label, until `labelled` tells of it. */
  traffic(labels: readonly string[], predicted: string, time: number, now: number): void;
  /** Counts a prediction as labelled that was counted as traffic at this time. */
  labelled(labels: readonly string[], predicted: string, time: number, now: number): void;
  /** Counts an outcome, whose key it can be found by: one that a line has completed, or of the absent class. */
  add(outcome: JoinedOutcome, isAbsent: boolean, now: number): void;
  /** Replaces the actual class of an outcome; false when no window holds it any more. */
  mend(outcome: JoinedOutcome, from: string, now: number): boolean;
}

/** A prediction with its label. The caller reuses the object. */
export interface JoinedOutcome {
  labels: readonly string[];
  predicted: string;
  actual: string;
  /** When it counts (Unix ms, or NaN for now). */
  time: number;
  /** Halves of the hash of its id; both 0 where it has none. */
  keyLow: number;
  keyHigh: number;
}
