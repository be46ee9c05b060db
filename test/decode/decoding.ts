import { LineBudget } from "../../src/decode/line-budget.ts";
import { makeDecoder } from "../../src/decode/decoder.ts";
import type { RejectReason, SkipReason } from "../../src/decode/event.ts";
import { parsePath } from "../../src/config/event-path.ts";
import type { DecodeOptions, Packing, PathRef, Step } from "../../src/decode/options.ts";
import { safePattern, type Pattern } from "../../src/decode/pattern/pattern.ts";
import type { JsonValue } from "../../src/serializable.ts";

/** What became of a line: a copy of its event, or why it was rejected. */
export type Outcome =
  | {
      readonly labels: readonly string[];
      readonly predicted: string | undefined;
      readonly actual: string | undefined;
      readonly id: string | undefined;
      readonly time: number;
      /** Absent where none decides. */
      readonly score?: number;
    }
  | { readonly skipped: SkipReason }
  | { readonly rejected: RejectReason; readonly detail: string; readonly line: string };

/** A field that is read from the line: `path("meta.region")`, `path("data[].label")`. */
export function path(text: string): PathRef {
  const parsed = parsePath(text);
  if (parsed === undefined) throw new Error(text);
  return { kind: "path", ...parsed };
}

/** A value that is packed in a field of the line. */
export function packed(field: string, as: readonly Packing[], inner?: string): PathRef {
  const { path: keys, steps = [] } = path(field);
  const inside = inner === undefined ? undefined : path(inner);
  const below: Step[] = inside === undefined || inside.path.length === 0 ? [] : [{ kind: "keys", keys: inside.path }];
  return { kind: "path", path: keys, steps: [...steps, { kind: "decode", as }, ...below, ...(inside?.steps ?? [])] };
}

/** A regular expression with its engine. */
export function pattern(regex: RegExp): Pattern {
  const safe = safePattern(regex);
  if ("refused" in safe) throw new Error(safe.refused);
  return safe;
}

/** Plain JSON lines with the fields of the golden logs and a nested region. */
export const jsonOptions: DecodeOptions = {
  wrapper: "none",
  format: { kind: "json" },
  where: [],
  fields: {
    labels: [path("model"), path("version"), path("meta.region")],
    labelNames: ["model", "version", "region"],
    predicted: path("prediction"),
    actual: path("label"),
    id: [path("request_id")],
    time: path("ts"),
  },
  maxValueBytes: 256,
  maxLineBytes: 100_000,
};

/** A decoder whose outcomes are kept, and one reader of it. */
export function openDecoding(
  options: DecodeOptions,
  file = { path: "/var/log/model.log" },
  saved?: JsonValue,
  budget = new LineBudget(),
) {
  const outcomes: Outcome[] = [];
  const decoder = makeDecoder(
    options,
    {
      event: ({ labels, predicted, actual, id, time, score }) => {
        outcomes.push({ labels: [...labels], predicted, actual, id, time, ...(!Number.isNaN(score) && { score }) });
        return "counted";
      },
      skipped: (skipped) => outcomes.push({ skipped }),
      rejected: (rejected, line, detail) => outcomes.push({ rejected, detail, line: line.toString() }),
    },
    budget,
  );
  const reader = decoder.open(file, saved);
  return {
    outcomes,
    decoder,
    reader,
    /** Hands the bytes on as one read; gives all outcomes so far. */
    read: (bytes: string | Buffer): readonly Outcome[] => {
      const buffer = Buffer.from(bytes);
      reader.read(buffer, 0, buffer.length);
      return outcomes;
    },
  };
}

/** The outcomes of whole lines, read at once. */
export function decodeAll(options: DecodeOptions, bytes: string | Buffer): readonly Outcome[] {
  return openDecoding(options).read(bytes);
}
