import type { WindowSpec } from "../../src/window/options.ts";
import { allWindows as windows, minute, start, type Half } from "./bed.ts";

type TimeSpec = WindowSpec & { readonly kind: "time" };

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
  /** When it was read (minutes). */
  readonly read: number;
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

  /** Predictions as `Bed.traffic` has them; those as old as `maturity` (minutes) are due. */
  traffic(now: number, maturity: number): Record<string, Record<string, string>> {
    const all = [...this.#ids.values()].flatMap(({ predictions }) => predictions);
    const tags = [...new Set(all.map(({ tag }) => tag))].sort();
    return Object.fromEntries(
      tags.map((tag) => {
        const own = all.filter((one) => one.tag === tag);
        const counts = windows.flatMap((window) => {
          if (window.kind !== "time") return [];
          const held = own.filter(({ at, read }) => isInPanes({ place: at, counted: read }, window, now));
          const due = held.filter(({ at }) => now - paneEnd(at, window) >= maturity);
          return [...new Set(held.map(({ predicted }) => predicted))].map((name): [string, string] => {
            const [predictions, ripe] = [held, due].map((some) => some.filter(({ predicted }) => predicted === name));
            const labelled = ripe?.filter(({ outcome }) => outcome !== undefined);
            const isEver = maturity < (window.ms + (window.olderMs ?? 0)) / minute;
            const text = `${predictions?.length}${isEver ? `/${ripe?.length}/${labelled?.length}` : ""}`;
            return [`${window.label} ${name}`, text];
          });
        });
        return [tag, Object.fromEntries([...counts, ...agesOf(own, now)])];
      }),
    );
  }

  #predict(id: Id, key: string, tag: string, predicted: string, at: number, now: number): void {
    const first = id.predictions.find((one) => one.tag === tag);
    if (first !== undefined) {
      this.repeated[first.predicted === predicted ? "false" : "true"]++;
      return;
    }
    const prediction: Prediction = { tag, predicted, at, read: now, outcome: undefined };
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
        if (window.kind === "time") return isInPanes(outcome, window, now, true);
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
function isInPanes(
  { place, counted }: Pick<Outcome, "place" | "counted">,
  window: TimeSpec,
  now: number,
  isWaitingIn = false,
): boolean {
  const older = (window.olderMs ?? 0) / minute;
  const pane = (at: number): number => Math.floor((start + at * minute) / (window.ms / window.panes));
  const isOldEnough = isWaitingIn || older === 0 || pane(place) < pane(now - older);
  return (
    isOldEnough &&
    pane(place) >= pane(counted - older) - window.panes &&
    pane(place) >= pane(now - older) - window.panes
  );
}

/** The end of the pane of a time (both minutes). */
function paneEnd(at: number, { ms, panes }: TimeSpec): number {
  const paneMs = ms / panes;
  return ((Math.floor((start + at * minute) / paneMs) + 1) * paneMs - start) / minute;
}

/** The curve, by the panes of the window that reaches furthest back: of 70 minutes, in panes of five. */
function agesOf(own: readonly Prediction[], now: number): [string, string][] {
  const window = windows.find(({ label }) => label === "1h_older_10m");
  if (window?.kind !== "time") return [];
  const held = own.filter(({ at, read }) => isInPanes({ place: at, counted: read }, window, now, true));
  return [
    { age: "10m", from: -Infinity, to: 10 },
    { age: "1h", from: 10, to: 60 },
  ].flatMap(({ age, from, to }): [string, string][] => {
    const some = held.filter(({ at }) => now - paneEnd(at, window) > from && now - paneEnd(at, window) <= to);
    const labelled = some.filter(({ outcome }) => outcome !== undefined);
    return some.length === 0 ? [] : [[age, `${some.length}/${labelled.length}`]];
  });
}
