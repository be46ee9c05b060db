import type { JsonValue } from "../serializable.ts";
import { PartialStreams, type PartialLine } from "./partial-lines.ts";
import { readTimestamp } from "./timestamp.ts";
import type { Content, Unwrapper, WrapperContext } from "./wrappers.ts";

/**
 * Unwraps lines of Kubernetes' container runtime interface, `<time> stdout|stderr F|P[:tags] <line>`. Parts tagged `P`
 * are joined with the following parts of the same stream, up to the final `F`, which gives the line its time.
 */
export class CriUnwrapper implements Unwrapper {
  readonly #context: WrapperContext;
  readonly #content: Content;
  readonly #partial: PartialStreams;

  constructor(context: WrapperContext, content: Content, saved: JsonValue | undefined) {
    this.#context = context;
    this.#content = content;
    this.#partial = new PartialStreams(context.maxLineBytes, context.budget, saved);
  }

  line(bytes: Buffer, start: number, end: number, at: number): void {
    if (this.take(bytes, start, end, at)) return;
    this.#content.rejected("bad_wrapper", bytes, start, end, "expected `<time> stdout|stderr F|P <line>`");
  }

  /** Unwraps a line with the prefix; false, without effect, for other lines. */
  take(bytes: Buffer, start: number, end: number, at: number): boolean {
    if (bytes[start + 4] !== 0x2d || bytes[start + 10] !== 0x54) return false;
    let timeEnd = start + 11;
    while (timeEnd < end && bytes[timeEnd] !== 0x20) timeEnd++;
    // ` stdout F`: the name of the stream, then the tag.
    const tag = timeEnd + 8;
    if (tag >= end || bytes[timeEnd + 7] !== 0x20 || bytes[timeEnd + 1] !== 0x73 || bytes[timeEnd + 2] !== 0x74) {
      return false;
    }
    const stdout = hasWord(bytes, timeEnd + 1, "stdout");
    if (!stdout && !hasWord(bytes, timeEnd + 1, "stderr")) return false;
    const piece = bytes[tag] === 0x50;
    if (!piece && bytes[tag] !== 0x46) return false;
    let from = tag + 1;
    if (from < end && bytes[from] === 0x3a) while (from < end && bytes[from] !== 0x20) from++;
    if (from < end && bytes[from] !== 0x20) return false;
    from = Math.min(from + 1, end);
    const time = this.#context.needsTime && !piece ? readTimestamp(bytes, start, timeEnd) : 0;
    if (Number.isNaN(time)) return false;
    const partial = stdout ? this.#partial.stdout : this.#partial.stderr;
    if (piece) {
      partial.add(bytes, from, end, at);
    } else if (partial.empty) {
      this.#content.line(bytes, from, end, time);
    } else {
      partial.add(bytes, from, end, at);
      // The rest of a line that was given up is none.
      if (!partial.isSkipping) this.#content.line(partial.bytes, 0, partial.length, time);
      partial.clear();
    }
    return true;
  }

  get partials(): readonly PartialLine[] {
    return this.#partial.all;
  }

  save(isAll: boolean): JsonValue | undefined {
    return this.#partial.save(isAll);
  }
}

function hasWord(bytes: Buffer, start: number, word: string): boolean {
  for (let i = 0; i < word.length; i++) if (bytes[start + i] !== word.charCodeAt(i)) return false;
  return true;
}
