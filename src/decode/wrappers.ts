import type { JsonValue } from "../serializable.ts";
import type { RejectReason, SkipReason } from "./event.ts";
import type { LineBudget } from "./line-budget.ts";
import type { Wrapper } from "./options.ts";
import type { PartialLine } from "./partial-lines.ts";
import { AutoUnwrapper } from "./wrapper-auto.ts";
import { CriUnwrapper } from "./wrapper-cri.ts";
import { JsonCarrier, JsonUnwrapper } from "./wrapper-json.ts";
import { DockerUnwrapper, type DockerEntries } from "./wrapper-docker.ts";

/** Receiver of unwrapped lines; all ranges are valid only during the call. */
export interface Content {
  /** Receives a complete line; `time` is the wrapper's (Unix ms), or NaN. */
  line(bytes: Buffer, start: number, end: number, time: number): void;
  /** Receives a line that can only be complete; false, without effect, when it may be partial. */
  wholeLine(bytes: Buffer, start: number, end: number, time: number): boolean;
  /** Receives a line that holds none of the program. */
  skipped(reason: SkipReason): void;
  rejected(reason: RejectReason, bytes: Buffer, start: number, end: number, detail: string): void;
}

/** Removes the wrapper from the lines of one file. */
export interface Unwrapper {
  /** The lines that may be pending. */
  readonly partials: readonly PartialLine[];
  /** Unwraps a line of the file, given without its line end; `at` is where the file has it, NaN if that is not known. */
  line(bytes: Buffer, start: number, end: number, at: number): void;
  /** What is to be saved: all pending bytes, or those that the file does not have. */
  save(isAll: boolean): JsonValue | undefined;
}

/** State shared by all wrappers of one source. */
export interface WrapperContext {
  /** True when the wrapper's time is used. */
  readonly needsTime: boolean;
  readonly maxLineBytes: number;
  readonly budget: LineBudget;
  readonly docker: DockerEntries;
}

type OpenUnwrapper = (content: Content, saved: JsonValue | undefined) => Unwrapper;

type OpenWrapper = (context: WrapperContext, content: Content, saved: JsonValue | undefined) => Unwrapper;

const wrappers: { readonly [Kind in Exclude<Wrapper, object>]: OpenWrapper } = {
  none: (_context, content) => ({
    line: (bytes, start, end) => {
      content.line(bytes, start, end, NaN);
    },
    partials: [],
    save: () => undefined,
  }),
  cri: (context, content, saved) => new CriUnwrapper(context, content, saved),
  docker: (context, content, saved) => new DockerUnwrapper(context, content, saved),
  auto: (context, content, saved) => new AutoUnwrapper(context, content, saved),
};

/** Makes the opener of the files' unwrappers of a source; `saved` is the result of `save`. */
export function makeWrapper(wrapper: Wrapper, context: WrapperContext): OpenUnwrapper {
  if (typeof wrapper === "string") return (content, saved) => wrappers[wrapper](context, content, saved);
  const carrier = new JsonCarrier(wrapper.path);
  return (content) => new JsonUnwrapper(carrier, content);
}
