import { savedPart, type JsonValue } from "../serializable.ts";
import type { PartialLine } from "./partial-lines.ts";
import { CriUnwrapper } from "./wrapper-cri.ts";
import { DockerUnwrapper } from "./wrapper-docker.ts";
import type { Content, Unwrapper, WrapperContext } from "./wrappers.ts";

/**
 * Detects the wrapper of each line: a JSON object with a string `log` and a `stream` or `time` is Docker's, the prefix
 * `<time> stdout|stderr F|P` is the CRI's, anything else is the program's own line.
 */
export class AutoUnwrapper implements Unwrapper {
  readonly #cri: CriUnwrapper;
  readonly #docker: DockerUnwrapper;
  readonly #content: Content;
  readonly partials: readonly PartialLine[];

  constructor(context: WrapperContext, content: Content, saved: JsonValue | undefined) {
    this.#cri = new CriUnwrapper(context, content, savedPart(saved, "cri"));
    this.#docker = new DockerUnwrapper(context, content, savedPart(saved, "docker"));
    this.#content = content;
    this.partials = [...this.#cri.partials, ...this.#docker.partials];
  }

  line(bytes: Buffer, start: number, end: number, at: number): void {
    const taken =
      bytes[start] === 0x7b ? this.#docker.take(bytes, start, end, at) : this.#cri.take(bytes, start, end, at);
    if (!taken) this.#content.line(bytes, start, end, NaN);
  }

  save(isAll: boolean): JsonValue | undefined {
    const cri = this.#cri.save(isAll);
    const docker = this.#docker.save(isAll);
    if (cri === undefined && docker === undefined) return undefined;
    return { ...(cri !== undefined && { cri }), ...(docker !== undefined && { docker }) };
  }
}
