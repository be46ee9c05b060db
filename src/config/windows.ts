import { z } from "zod";
import type { WindowSpec } from "../window/options.ts";
import { duration, durationMs } from "./duration.ts";
import { readAs } from "./input-form.ts";
import { listOf, whole } from "./scalars.ts";
import { delegate, isObject, object, refuse } from "./strict-object.ts";
import { expected, quoted } from "./messages.ts";
import type { DefaultWindows } from "./user-config.ts";

/** The windows of a config that names none. */
export const defaultWindows: DefaultWindows = ["5m", "1h", "24h", { last: 1000 }];

/** A window before it is cut into panes. */
type CheckedWindow =
  | { readonly kind: "time"; readonly label: string; readonly ms: number }
  | { readonly kind: "last"; readonly label: string; readonly size: number };

const what = 'a duration like "5m" or { last: 1000 }';
const time = duration(1, what);
const last = object({ last: whole(1, 10_000_000).describe("The last so many outcomes.") });
const windowForm = {
  name: "WindowInput",
  schema: () => z.union([z.string().describe("A duration in the form of Prometheus."), last]),
};

/** One window, as `windows` and objectives write it. */
export const window = readAs(windowForm, (value, ctx): CheckedWindow => {
  if (typeof value === "string") {
    const checked = delegate(time, value, ctx);
    return checked === undefined ? z.NEVER : { kind: "time", label: checked.word, ms: checked.ms };
  }
  if (!isObject(value)) return refuse(ctx, expected(what)({ input: value }));
  const checked = delegate(last, value, ctx);
  return checked === undefined ? z.NEVER : { kind: "last", label: lastLabel(checked.last), size: checked.last };
});

/** `windows`: at least one, and none twice. */
export const windows = listOf(window, "a list of windows", "window");

/** A window's label as a config writes the window: `"1h"` or `{ last: 1000 }`. */
export function windowText(label: string): string {
  const size = /^last_(.+)$/u.exec(label)?.[1];
  return size === undefined ? quoted(label) : `{ last: ${size} }`;
}

/** What a window is called on metrics, from what the user wrote; undefined for what is no window at all. */
export function windowLabel(raw: unknown): string | undefined {
  if (typeof raw === "string") return raw;
  return isObject(raw) && typeof raw["last"] === "number" ? lastLabel(raw["last"]) : undefined;
}

/** The stretch that a window covers, so that `"60m"` and `"1h"` are known to be the same. */
export function windowStretch(raw: unknown): string | undefined {
  const label = windowLabel(raw);
  if (label === undefined || label.startsWith("last_")) return label;
  const ms = durationMs(label);
  return ms === undefined ? undefined : `${ms}ms`;
}

/** The window as the stages take it. */
export function windowSpec(checked: CheckedWindow, panes: number): WindowSpec {
  return checked.kind === "time" ? { ...checked, panes } : checked;
}

function lastLabel(size: number): string {
  return `last_${size}`;
}
