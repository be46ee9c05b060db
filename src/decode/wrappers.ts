import type { Plain } from "../plain.ts";
import type { RejectReason } from "./event.ts";
import type { Wrapper } from "./options.ts";
import { AutoUnwrapper } from "./wrapper-auto.ts";
import { CriUnwrapper } from "./wrapper-cri.ts";
import { DockerUnwrapper, type DockerEntries } from "./wrapper-docker.ts";

/** Takes what was inside the wrapper. All ranges are good only during the call. */
export interface Content {
  /** A whole line of the program's own; `time` is the wrapper's (Unix ms), or NaN. */
  line(bytes: Buffer, start: number, end: number, time: number): void;
  /** Takes the range as a line if it can only be a whole one; false (and nothing done) when it may be a beginning. */
  wholeLine(bytes: Buffer, start: number, end: number, time: number): boolean;
  rejected(reason: RejectReason, bytes: Buffer, start: number, end: number, detail: string): void;
}

/** Takes the wrapper off the lines of one file. */
export interface Unwrapper {
  /** A line of the file, without its line end. */
  line(bytes: Buffer, start: number, end: number): void;
  /** A line was lost: pieces that wait for it must not be joined with what follows. */
  lineLost(): void;
  save(): Plain | undefined;
}

/** What all wrappers of one source share. */
export interface WrapperContext {
  /** Whether the wrapper's time is wanted. */
  readonly wantsTime: boolean;
  readonly maxLineBytes: number;
  readonly docker: DockerEntries;
}

type OpenWrapper = (context: WrapperContext, content: Content, saved: Plain | undefined) => Unwrapper;

const wrappers: { readonly [Word in Wrapper]: OpenWrapper } = {
  none: (_context, content) => ({
    line: (bytes, start, end) => {
      content.line(bytes, start, end, NaN);
    },
    lineLost: () => undefined,
    save: () => undefined,
  }),
  cri: (context, content, saved) => new CriUnwrapper(context, content, saved),
  docker: (context, content, saved) => new DockerUnwrapper(context, content, saved),
  auto: (context, content, saved) => new AutoUnwrapper(context, content, saved),
};

/** Opens wrappers of the given word; `saved` is what an earlier unwrapper of the same file gave. */
export function openWrapper(
  word: Wrapper,
  context: WrapperContext,
  content: Content,
  saved: Plain | undefined,
): Unwrapper {
  return wrappers[word](context, content, saved);
}
