import { z } from "zod";
import type { WindowSpec } from "../window/options.ts";
import { duration, durationMs } from "./duration.ts";
import { readAs } from "./input-form.ts";
import { listOf, integer } from "./scalars.ts";
import { isRecord } from "../serializable.ts";
import { delegate, object, refuse } from "./strict-object.ts";
import { expected, quoted } from "./messages.ts";
import type { DefaultWindows } from "./user-config.ts";

/** The default windows. */
export const defaultWindows: DefaultWindows = ["5m", "1h", "24h", { last: 1000 }];

/** A validated window without panes. */
type CheckedWindow =
  | { readonly kind: "time"; readonly label: string; readonly ms: number }
  | { readonly kind: "last"; readonly label: string; readonly size: number };

const what = 'a duration like "5m" or { last: 1000 }';
const time = duration(1, what);
const last = object({ last: integer(1, 10_000_000).describe("The number of latest outcomes.") });
const windowForm = {
  name: "WindowInput",
  schema: () => z.union([z.string().describe("A duration in Prometheus' syntax."), last]),
};

/** Schema of a window, as in `windows` and objectives. */
export const window = readAs(windowForm, (value, ctx): CheckedWindow => {
  if (typeof value === "string") {
    const checked = delegate(time, value, ctx);
    return checked === undefined ? z.NEVER : { kind: "time", label: checked.word, ms: checked.ms };
  }
  if (!isRecord(value)) return refuse(ctx, expected(what)({ input: value }));
  const checked = delegate(last, value, ctx);
  return checked === undefined ? z.NEVER : { kind: "last", label: lastLabel(checked.last), size: checked.last };
});

/** Schema of `windows`. */
export const windows = listOf(window, "a list of windows", "window");

/** Formats a window's label as in a config: `"1h"` or `{ last: 1000 }`. */
export function windowText(label: string): string {
  const size = /^last_(.+)$/u.exec(label)?.[1];
  return size === undefined ? quoted(label) : `{ last: ${size} }`;
}

/** Label of an unchecked window on metrics; undefined for an invalid window. */
export function windowLabel(raw: unknown): string | undefined {
  if (typeof raw === "string") return raw;
  return isRecord(raw) && typeof raw["last"] === "number" ? lastLabel(raw["last"]) : undefined;
}

/** Normalized span of a window: equal for `"60m"` and `"1h"`. */
export function windowStretch(raw: unknown): string | undefined {
  const label = windowLabel(raw);
  if (label === undefined || label.startsWith("last_")) return label;
  const ms = durationMs(label);
  return ms === undefined ? undefined : `${ms}ms`;
}

/** Converts a validated window to its specification. */
export function windowSpec(checked: CheckedWindow, panes: number): WindowSpec {
  return checked.kind === "time" ? { ...checked, panes } : checked;
}

function lastLabel(size: number): string {
  return `last_${size}`;
}
