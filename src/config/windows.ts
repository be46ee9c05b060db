import * as z from "zod";
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
  | { readonly kind: "time"; readonly label: string; readonly ms: number; readonly olderMs?: number }
  | { readonly kind: "last"; readonly label: string; readonly size: number };

const what = 'a duration like "5m", { last: 1000 } or { span: "7d", older: "1d" }';
const time = duration(1, what);
const last = object({ last: integer(1, 10_000_000).describe("The number of latest outcomes.") });
const matured = object({
  span: duration(1).describe("How long the window is."),
  older: duration(1).describe(
    "How old its youngest predictions are; needs a `join` that places outcomes at the prediction.",
  ),
});
const windowForm = {
  name: "WindowInput",
  schema: () => z.union([z.string().describe("A duration in Prometheus' syntax."), last, matured]),
};

/** Schema of a window, as in `windows` and objectives. */
export const window = readAs(windowForm, (value, ctx): CheckedWindow => {
  if (typeof value === "string") {
    const checked = delegate(time, value, ctx);
    return checked === undefined ? z.NEVER : { kind: "time", label: checked.word, ms: checked.ms };
  }
  if (!isRecord(value)) return refuse(ctx, expected(what)({ input: value }));
  if ("span" in value || "older" in value) {
    const checked = delegate(matured, value, ctx);
    if (checked === undefined) return z.NEVER;
    const { span, older } = checked;
    return { kind: "time", label: maturedLabel(span.word, older.word), ms: span.ms, olderMs: older.ms };
  }
  const checked = delegate(last, value, ctx);
  return checked === undefined ? z.NEVER : { kind: "last", label: lastLabel(checked.last), size: checked.last };
});

/** Schema of `windows`. */
export const windows = listOf(window, "a list of windows", "window");

/** Formats a window's label as in a config: `"1h"`, `{ last: 1000 }` or `{ span: "7d", older: "1d" }`. */
export function windowText(label: string): string {
  const size = /^last_(.+)$/u.exec(label)?.[1];
  const [span = "", older] = label.split("_older_");
  if (older !== undefined) return `{ span: ${quoted(span)}, older: ${quoted(older)} }`;
  return size === undefined ? quoted(label) : `{ last: ${size} }`;
}

/** Label of an unchecked window on metrics; undefined for an invalid window. */
export function windowLabel(raw: unknown): string | undefined {
  if (typeof raw === "string") return raw;
  if (!isRecord(raw)) return undefined;
  const { span, older } = raw;
  if (typeof span === "string" && typeof older === "string") return maturedLabel(span, older);
  return typeof raw["last"] === "number" ? lastLabel(raw["last"]) : undefined;
}

/** Length of an unchecked time window or its label, and the age of its youngest outcomes (ms); undefined for any other. */
export function windowTimes(raw: unknown): { readonly ms: number; readonly olderMs: number } | undefined {
  const [first, second] = typeof raw === "string" ? raw.split("_older_") : [];
  const { span, older } = isRecord(raw) ? raw : { span: first, older: second };
  const ms = typeof span === "string" ? durationMs(span) : undefined;
  const olderMs = typeof older === "string" ? durationMs(older) : 0;
  return ms === undefined || olderMs === undefined ? undefined : { ms, olderMs };
}

/** Normalized span of a window: equal for `"60m"` and `"1h"`. */
export function windowStretch(raw: unknown): string | undefined {
  const label = windowLabel(raw);
  if (label === undefined || label.startsWith("last_")) return label;
  const times = windowTimes(raw);
  if (times === undefined) return undefined;
  return times.olderMs === 0 ? `${times.ms}ms` : `${times.ms}ms older ${times.olderMs}ms`;
}

/** Converts a validated window to its specification. */
export function windowSpec(checked: CheckedWindow, panes: number): WindowSpec {
  return checked.kind === "time" ? { ...checked, panes } : checked;
}

function maturedLabel(span: string, older: string): string {
  return `${span}_older_${older}`;
}

function lastLabel(size: number): string {
  return `last_${size}`;
}
