import { basename } from "node:path";
import { type Candidate, type FileContent, FileMoved } from "../identity/candidate.ts";
import { identityBytes, matchesIdentity } from "../identity/fingerprint.ts";
import { matchingBytes, type Original } from "../identity/match.ts";
import type { Turns } from "../pace.ts";
import type { TrackedFile } from "../tracking/tracked-file.ts";
import { isTentative } from "../tracking/state.ts";
import { askFor, HeadIndex } from "./head-index.ts";

/** Copies of a file that is gone to which another one is compared: they are alike. */
const mostCopies = 4;

type Seen = Omit<Original, "content" | "archive" | "first">;

/** Access to the files of a scan; what cannot be had is undefined. */
export interface Access {
  /** Returns the content of a file. */
  readonly contentOf: (file: TrackedFile) => FileContent | undefined;
  /** Returns where a compressed file is. */
  readonly archiveOf: (file: TrackedFile) => Candidate | undefined;
  /** Returns the plain copies of one that is gone. */
  readonly copiesOf: (file: TrackedFile) => readonly Candidate[];
  /** Closes what was opened to look at a file. */
  readonly release: (file: TrackedFile) => void;
}

/** Possible originals of copies. */
export class OriginalFinder {
  readonly #access: Access;
  readonly #heads: HeadIndex;
  readonly #removed = new Set<TrackedFile>();

  constructor(files: readonly TrackedFile[], access: Access) {
    this.#access = access;
    this.#heads = new HeadIndex(files, access);
  }

  /** One more, and its first bytes, if they were looked at. */
  add(file: TrackedFile, head: Buffer | undefined): void {
    this.#heads.add(file, head);
  }

  /** Removes a file: nothing is a copy of it. */
  remove(file: TrackedFile): void {
    this.#removed.add(file);
  }

  /**
   * The file that this one is a copy of; undefined when it is none. Of several that begin alike it is the one that it has
   * most in common with. Throws `FileMoved`, `NotWholeYet` and what the system and zlib say.
   */
  async of(candidate: Candidate, turns: Turns): Promise<TrackedFile | undefined> {
    let best: TrackedFile | undefined;
    let most = -1;
    for (const file of await this.#heads.alike(candidate, turns)) {
      if (turns.isOver) await turns.next();
      if (this.#removed.has(file) || file.refuted.has(candidate.inode)) continue;
      try {
        const common =
          (await this.#matchingCopyBytes(candidate, file, turns)) ??
          (await this.#matchingBytes(candidate, file, turns));
        if (common === undefined || common < most || (common === most && file.state.kind === "retired")) continue;
        best = file;
        most = common;
      } finally {
        this.#access.release(file);
      }
    }
    return best;
  }

  async #matchingBytes(candidate: Candidate, file: TrackedFile, turns: Turns): Promise<number | undefined> {
    const content = askFor(() => this.#access.contentOf(file));
    const archive = askFor(() => this.#access.archiveOf(file)?.content());
    const first = content?.head() ?? askFor(() => this.#access.archiveOf(file)?.head());
    if (first !== undefined) this.#heads.pin(file, first);
    const common = await matchingBytes(candidate, { ...seenOf(file), content, archive, first }, turns);
    // Whoever has been truncated meanwhile was compared with something else.
    if (content !== undefined && !isIntact(file, content)) throw new FileMoved(file.realPath);
    return common;
  }

  /** Resolves a copy of a copy to the original, though the original is gone. */
  async #matchingCopyBytes(candidate: Candidate, file: TrackedFile, turns: Turns): Promise<number | undefined> {
    for (const copy of this.#access.copiesOf(file).slice(0, mostCopies)) {
      const content = askFor(() => copy.content());
      const original = { ...seenOf(file), content, archive: undefined, first: content?.head() };
      const common = content === undefined ? undefined : await matchingBytes(candidate, original, turns);
      if (common !== undefined) return common;
    }
    return undefined;
  }

  /** Tells whether a file at another one's path continues it: a copy that replaces it, or a renumbered device. */
  isReplaced(file: TrackedFile, candidate: Candidate): boolean {
    const content = candidate.content();
    const isSameNumber = candidate.inode.split(":")[1] === file.inode.split(":")[1];
    if (!isSameNumber && file.position.head.bytes < identityBytes) return false;
    return isIntact(file, content);
  }
}

/** Known properties of a file. */
function seenOf({ position, realPath, state, copies }: TrackedFile): Seen {
  const { head, tail, checksums, offset } = position;
  const name = basename(realPath);
  return { head, tail, checksums, offset, name, isTentative: isTentative(state), copies: copies.values() };
}

function isIntact(file: TrackedFile, content: FileContent): boolean {
  return content.size() >= file.position.offset && matchesIdentity(content.fd, file.position);
}
