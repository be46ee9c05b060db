import { basename } from "node:path";
import { errorCode } from "../../problem.ts";
import { type Candidate, type FileContent, FileMoved } from "../identity/candidate.ts";
import {
  type Fingerprint,
  fingerprintFrom,
  identityBytes,
  matchesIdentity,
  matchesFingerprint,
} from "../identity/fingerprint.ts";
import { matchingBytes, type Original } from "../identity/match.ts";
import type { TrackedFile } from "../tracking/tracked-file.ts";
import { isTentative } from "../tracking/state.ts";

type Seen = Omit<Original, "content" | "archive" | "first">;

/** Possible originals of copies. */
export class OriginalFinder {
  readonly #files: TrackedFile[];
  readonly #contentOf: (file: TrackedFile) => FileContent | undefined;
  readonly #archiveOf: (file: TrackedFile) => Candidate | undefined;
  readonly #copiesOf: (file: TrackedFile) => readonly Candidate[];
  /** First bytes of the files that were read. */
  readonly #heads = new Map<TrackedFile, Buffer>();

  /**
   * `contentOf` returns the content of a file and `archiveOf` the location of a compressed one, undefined if inaccessible;
   * `copiesOf` returns the copies of one that is gone.
   */
  constructor(
    files: readonly TrackedFile[],
    contentOf: (file: TrackedFile) => FileContent | undefined,
    archiveOf: (file: TrackedFile) => Candidate | undefined,
    copiesOf: (file: TrackedFile) => readonly Candidate[],
  ) {
    this.#files = [...files];
    this.#contentOf = contentOf;
    this.#archiveOf = archiveOf;
    this.#copiesOf = copiesOf;
  }

  /** One more, and its first bytes, if they were looked at. */
  add(file: TrackedFile, head: Buffer | undefined): void {
    this.#files.push(file);
    if (head !== undefined) this.#heads.set(file, head);
  }

  /**
   * The file that this one is a copy of; undefined when it is none. Of several that begin alike it is the one that it has
   * most in common with. Throws `FileMoved`, `NotWholeYet` and what the system and zlib say.
   */
  of(candidate: Candidate): TrackedFile | undefined {
    const start = candidate.head();
    const prefixes = new Prefixes(start);
    let best: TrackedFile | undefined;
    let most = -1;
    for (const file of this.#files) {
      if (file.refuted.has(candidate.inode) || !this.#mayBegin(file, start, prefixes)) continue;
      const common = this.#matchingCopyBytes(candidate, file) ?? this.#matchingBytes(candidate, file);
      if (common === undefined || common < most || (common === most && file.state.kind === "retired")) continue;
      best = file;
      most = common;
    }
    return best;
  }

  #matchingBytes(candidate: Candidate, file: TrackedFile): number | undefined {
    const content = this.#ask(() => this.#contentOf(file));
    const archive = this.#ask(() => this.#archiveOf(file)?.content());
    const first = content?.head() ?? this.#ask(() => this.#archiveOf(file)?.head());
    if (first !== undefined) this.#pin(file, first);
    const common = matchingBytes(candidate, { ...seenOf(file), content, archive, first });
    // Whoever has been truncated meanwhile was compared with something else.
    if (content !== undefined && !isIntact(file, content)) throw new FileMoved(file.realPath);
    return common;
  }

  /** Resolves a copy of a copy to the original, though the original is gone. */
  #matchingCopyBytes(candidate: Candidate, file: TrackedFile): number | undefined {
    for (const copy of this.#copiesOf(file)) {
      const content = this.#ask(() => copy.content());
      const original = { ...seenOf(file), content, archive: undefined, first: content?.head() };
      const common = content === undefined ? undefined : matchingBytes(candidate, original);
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

  /** Tells whether the known first bytes of a file are compatible. */
  #mayBegin(file: TrackedFile, first: Buffer, prefixes: Prefixes): boolean {
    const head = this.#heads.get(file);
    if (head !== undefined) {
      const length = Math.min(head.length, first.length);
      return head.subarray(0, length).equals(first.subarray(0, length));
    }
    return first.length < file.position.head.bytes || prefixes.have(file.position.head);
  }

  /** Returns the content of a file; an unreadable one is known only by what was read of it. */
  #ask<T>(ask: () => T): T | undefined {
    try {
      return ask();
    } catch (error) {
      if (error instanceof FileMoved || errorCode(error) === undefined) throw error;
      return undefined;
    }
  }

  /** From now on the file is known by what it holds, though nothing of it was read yet. */
  #pin(file: TrackedFile, head: Buffer): void {
    if (
      head.length < file.position.head.bytes ||
      !matchesFingerprint(file.position.head, head.subarray(0, file.position.head.bytes))
    )
      return;
    if (head.length > file.position.head.bytes) file.position.learnHead(fingerprintFrom(head, 0, head.length));
    this.#heads.set(file, head);
  }
}

/** The fingerprints of what a file begins with, each made once, however many files it is compared with. */
class Prefixes {
  readonly #bytes: Buffer;
  readonly #hashes = new Map<number, string>();

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  have({ bytes, hash }: Fingerprint): boolean {
    const known = this.#hashes.get(bytes) ?? fingerprintFrom(this.#bytes, 0, bytes).hash;
    this.#hashes.set(bytes, known);
    return known === hash;
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
