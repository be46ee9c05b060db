import { durationMs } from "./duration.ts";
import { pathText, type Fault } from "./fault.ts";
import { limits } from "./limits.ts";
import { quoted } from "./messages.ts";
import { at, entries, list } from "./unchecked.ts";
import { windowLabel, windowText, windowTimes } from "./windows.ts";

const defaultPanes = limits.parse({}).panes;

/** Most panes of a matured window that may wait to be old enough; each has a place in memory from the start. */
const mostWaiting = 10_000;

/** Finds matured windows and objectives on labelled shares that could hold nothing. */
export function* coverageFaults(raw: unknown): Generator<Fault> {
  for (const [index, window] of list(at(raw, "windows")).entries()) {
    yield* maturedFaults(raw, window, ["windows", index, "older"]);
  }
  for (const [model, settings] of entries(at(raw, "models"))) {
    for (const [index, objective] of list(at(settings, "objectives")).entries()) {
      if (at(objective, "minLabelled") === undefined) continue;
      const path = ["models", model, "objectives", index, "minLabelled"];
      yield* labelledFaults(raw, model, at(objective, "window"), path);
    }
  }
}

function* maturedFaults(raw: unknown, window: unknown, path: PropertyKey[]): Generator<Fault> {
  const older = at(window, "older");
  if (typeof older !== "string") return;
  const placeAt = at(raw, "join", "placeAt");
  if (placeAt !== "prediction") {
    const given = at(raw, "join") === undefined ? "there is no `join`" : '`join.placeAt` is "label"';
    const text = `is the age of predictions, and ${given}; expected \`join: { placeAt: "prediction" }\`, by which outcomes count at their predictions`;
    yield { path, text };
  }
  const times = windowTimes(window);
  const panes = at(raw, "limits", "panes") ?? defaultPanes;
  if (times === undefined || typeof panes !== "number" || times.ms <= 0) return;
  const most = (times.ms / panes) * mostWaiting;
  if (times.olderMs <= most) return;
  const text = `is more than ${mostWaiting} panes (a ${panes}th of \`span\` each) long; expected at most ${Math.floor(most / 1000)}s, or a longer \`span\`, got ${quoted(older)}`;
  yield { path, text };
}

/** Finds an objective that waits for labels of which nobody says when they are due, or of which none can be due. */
function* labelledFaults(raw: unknown, model: string, window: unknown, path: PropertyKey[]): Generator<Fault> {
  const label = windowLabel(window);
  if (at(window, "last") !== undefined) {
    const text =
      "a window of the last outcomes holds no predictions without a label; expected a time window, or no such key";
    yield { path, text };
    return;
  }
  if (at(raw, "join") === undefined) {
    yield {
      path,
      text: "there is no join, so that all predictions are labelled; add `join` to the config, or remove this key",
    };
    return;
  }
  const own = at(raw, "models", model, "join", "maturity");
  const given = own ?? at(raw, "join", "maturity");
  const where = pathText(own === undefined ? ["join", "maturity"] : ["models", model, "join", "maturity"]);
  if (given === undefined) {
    const text = `needs the age at which predictions are due to have their label; set \`${pathText(["models", model, "join", "maturity"])}\` or \`join.maturity\``;
    yield { path, text };
    return;
  }
  if (typeof given !== "string") return;
  const maturity = durationMs(given);
  const times = windowTimes(window);
  if (maturity === undefined || times === undefined || label === undefined) return;
  if (maturity < times.ms + times.olderMs) return;
  const text = `nothing in the window ${windowText(label)} is ever due: \`${where}\` (${quoted(given)}) is not shorter; expected a longer window or a shorter maturity`;
  yield { path, text };
}
