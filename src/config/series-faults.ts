import { declaredClasses } from "./classes.ts";
import type { Fault } from "./fault.ts";
import { limits } from "./limits.ts";
import { at, entries, list } from "./unchecked.ts";
import { defaultWindows } from "./windows.ts";

const defaultLimit = limits.parse({}).maxSeries;

/** Series of a tag in a window that never leave: samples, those past `maxClasses`; of each class three counts. */
const perWindow = { always: 2, ofClass: 3 } as const;

/** Finds a `limits.maxSeries` that is less than what never leaves the page, of the models and classes of the config alone. */
export function* seriesFaults(raw: unknown): Generator<Fault> {
  const limit = at(raw, "limits", "maxSeries") ?? defaultLimit;
  if (typeof limit !== "number") return;
  const windows = at(raw, "windows") === undefined ? defaultWindows.length : list(at(raw, "windows")).length;
  let least = 0;
  for (const [name, model] of entries(at(raw, "models"))) {
    if (name === "*") continue;
    const isOwed = list(at(model, "objectives")).length > 0;
    const classes = isOwed ? declaredClasses(at(model, "classes")).length : 0;
    least += windows * (perWindow.always + perWindow.ofClass * classes);
  }
  if (least <= limit) return;
  const text = `is less than what never leaves the page: the samples of each model and the counts by class of those with objectives are ${least} series in ${windows} windows; expected ${least} or more, or fewer windows, got ${limit}`;
  yield { path: ["limits", "maxSeries"], text };
}
