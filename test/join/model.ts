import { minute, start, windows, type Half } from "./bed.ts";

/** An outcome as it was counted. */
interface Outcome {
  readonly tag: string;
  readonly key: string;
  readonly predicted: string;
  actual: string;
  readonly place: number;
  /** When it was counted (minutes). */
  readonly counted: number;
}

interface Prediction {
  readonly tag: string;
  readonly predicted: string;
  readonly at: number;
  outcome: Outcome | undefined;
}

interface Id {
  predictions: Prediction[];
  label: { actual: string; at: number } | undefined;
}

/** The rules of the join once more, as plainly as they can be said: every id in a map, every outcome in a list. */
export class JoinModel {
  readonly outcomes: Outcome[] = [];
  readonly labels: Record<string, number> = {};
  readonly repeated = { true: 0, false: 0 };
  readonly #ids = new Map<string, Id>();
  readonly #placeAt: "label" | "prediction";

  constructor(placeAt: "label" | "prediction") {
    this.#placeAt = placeAt;
  }

  /** Reads a half, or both; `now` is the clock (minutes). */
  read({ id, model = "m", version = "v1", predicted, actual, at }: Half, now: number): void {
    let known = this.#ids.get(id);
    if (known === undefined) this.#ids.set(id, (known = { predictions: [], label: undefined }));
    if (predicted !== undefined) this.#predict(known, id, `${model} ${version}`, predicted, at, now);
    if (actual !== undefined) this.#label(known, id, actual, at, now);
  }

  /** Cells of every window. */
  cells(now: number): Record<string, Record<string, number>> {
    return Object.fromEntries(
      windows.map((window) => {
        const cells = new Map<string, number>();
        const tags = new Set(this.outcomes.map(({ tag }) => tag));
        for (const tag of tags) {
          const own = this.outcomes.filter((outcome) => outcome.tag === tag);
          for (const outcome of own) {
            const isIn =
              window.kind === "time" ? isInPanes(outcome, window, now) : own.slice(-window.size).includes(outcome);
            const cell = `${outcome.actual}>${outcome.predicted}`;
            if (isIn) cells.set(cell, (cells.get(cell) ?? 0) + 1);
          }
        }
        return [window.label, Object.fromEntries([...cells].sort(([a], [b]) => (a < b ? -1 : 1)))];
      }),
    );
  }

  #predict(id: Id, key: string, tag: string, predicted: string, at: number, now: number): void {
    const first = id.predictions.find((one) => one.tag === tag);
    if (first !== undefined) {
      this.repeated[first.predicted === predicted ? "false" : "true"]++;
      return;
    }
    const prediction: Prediction = { tag, predicted, at, outcome: undefined };
    const { label } = id;
    const sibling = id.predictions.findLast(({ outcome }) => outcome !== undefined)?.outcome;
    id.predictions.push(prediction);
    id.label = undefined;
    if (label !== undefined) {
      if (isMatch(at, label.at)) this.#join(prediction, key, label.actual, label.at, now);
      this.#count(isMatch(at, label.at) ? "joined" : "too_late");
    } else if (sibling !== undefined && isMatch(at, sibling.place)) {
      this.#join(prediction, key, sibling.actual, sibling.place, now);
    }
  }

  #label(id: Id, key: string, actual: string, at: number, now: number): void {
    if (id.predictions.length === 0) {
      const { label } = id;
      if (label?.actual === actual) this.#count("duplicate");
      else {
        id.label = { actual, at };
        this.#count(label === undefined ? "parked" : "corrected");
      }
      return;
    }
    const results = id.predictions.map((prediction) => {
      const { outcome } = prediction;
      if (outcome === undefined) {
        if (!isMatch(prediction.at, at)) return "too_late";
        this.#join(prediction, key, actual, at, now);
        return "joined";
      }
      if (outcome.actual === actual) return "duplicate";
      const isHeld = windows.some((window) => {
        if (window.kind === "time") return isInPanes(outcome, window, now);
        return this.outcomes
          .filter(({ tag }) => tag === outcome.tag)
          .slice(-window.size)
          .includes(outcome);
      });
      outcome.actual = actual;
      return isHeld ? "corrected" : "correction_late";
    });
    const order: readonly string[] = ["joined", "corrected", "correction_late", "duplicate", "too_late"];
    this.#count(results.toSorted((a, b) => order.indexOf(a) - order.indexOf(b))[0] ?? "");
  }

  #join(prediction: Prediction, key: string, actual: string, labelledAt: number, now: number): void {
    const { tag, predicted, at } = prediction;
    const place = this.#placeAt === "label" ? Math.max(at, labelledAt) : at;
    prediction.outcome = { tag, key, predicted, actual, place, counted: now };
    this.outcomes.push(prediction.outcome);
  }

  #count(result: string): void {
    this.labels[result] = (this.labels[result] ?? 0) + 1;
  }
}

/** The join's own stretch: 30 minutes after the prediction, 10 before. */
function isMatch(predictedAt: number, labelledAt: number): boolean {
  return labelledAt - predictedAt >= -10 && labelledAt - predictedAt <= 30;
}

/** Whether an outcome is in the panes of a window, both when it was counted and now. */
function isInPanes({ place, counted }: Outcome, window: { ms: number; panes: number }, now: number): boolean {
  const paneMs = window.ms / window.panes;
  const pane = (at: number): number => Math.floor((start + at * minute) / paneMs);
  return pane(place) >= pane(counted) - window.panes && pane(place) >= pane(now) - window.panes;
}
