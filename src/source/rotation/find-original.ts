import { basename } from "node:path";
import { errorCode } from "../../problem.ts";
import { type Candidate, type Content, Moved } from "../identity/candidate.ts";
import { type Fingerprint, fingerprintFrom, identityBytes, isContinued, isSame } from "../identity/fingerprint.ts";
import { likeness, type Original } from "../identity/match.ts";
import type { FollowedFile } from "../tracking/tracked-file.ts";

type Seen = Omit<Original, "content" | "archive" | "first">;

/** The files of which another one may be a copy. */
export class Originals {
  readonly #files: FollowedFile[];
  readonly #contentOf: (file: FollowedFile) => Content | undefined;
  readonly #archiveOf: (file: FollowedFile) => Candidate | undefined;
  readonly #copiesOf: (file: FollowedFile) => readonly Candidate[];
  /** The first bytes of those that were looked into. */
  readonly #heads = new Map<FollowedFile, Buffer>();

  /**
   * `contentOf` gives what a file holds, `archiveOf` where a compressed one is, undefined when that cannot be asked;
   * `copiesOf` the copies of one that is gone.
   */
  constructor(
    files: readonly FollowedFile[],
    contentOf: (file: FollowedFile) => Content | undefined,
    archiveOf: (file: FollowedFile) => Candidate | undefined,
    copiesOf: (file: FollowedFile) => readonly Candidate[],
  ) {
    this.#files = [...files];
    this.#contentOf = contentOf;
    this.#archiveOf = archiveOf;
    this.#copiesOf = copiesOf;
  }

  /** One more, and its first bytes, if they were looked at. */
  add(file: FollowedFile, head: Buffer | undefined): void {
    this.#files.push(file);
    if (head !== undefined) this.#heads.set(file, head);
  }

  /**
   * The file that this one is a copy of; undefined when it is none. Of several that begin alike it is the one that it has
   * most in common with. Throws `Moved`, `Unfinished` and what the system and zlib say.
   */
  of(candidate: Candidate): FollowedFile | undefined {
    const start = candidate.head();
    const prefixes = new Prefixes(start);
    let best: FollowedFile | undefined;
    let most = -1;
    for (const file of this.#files) {
      if (file.refuted.has(candidate.inode) || !this.#mayBegin(file, start, prefixes)) continue;
      const common = this.#likenessToCopies(candidate, file) ?? this.#likeness(candidate, file);
      if (common === undefined || common < most || (common === most && file.state === "ended")) continue;
      best = file;
      most = common;
    }
    return best;
  }

  #likeness(candidate: Candidate, file: FollowedFile): number | undefined {
    const content = this.#ask(() => this.#contentOf(file));
    const archive = this.#ask(() => this.#archiveOf(file)?.content());
    const first = content?.head() ?? this.#ask(() => this.#archiveOf(file)?.head());
    if (first !== undefined) this.#pin(file, first);
    const common = likeness(candidate, { ...seenOf(file), content, archive, first });
    // Whoever has been truncated meanwhile was compared with something else.
    if (content !== undefined && !isIntact(file, content)) throw new Moved(file.realPath);
    return common;
  }

  /** A copy of a copy is one of the original, though the original is gone. */
  #likenessToCopies(candidate: Candidate, file: FollowedFile): number | undefined {
    for (const copy of this.#copiesOf(file)) {
      const content = this.#ask(() => copy.content());
      const original = { ...seenOf(file), content, archive: undefined, first: content?.head() };
      const common = content === undefined ? undefined : likeness(candidate, original);
      if (common !== undefined) return common;
    }
    return undefined;
  }

  /** Whether a file that has taken another one's path is the same and more: a copy that replaces it, or a renumbered device. */
  isReplaced(file: FollowedFile, candidate: Candidate): boolean {
    const content = candidate.content();
    const isSameNumber = candidate.inode.split(":")[1] === file.inode.split(":")[1];
    if (!isSameNumber && file.head.bytes < identityBytes) return false;
    return isIntact(file, content);
  }

  /** Whether what is known of the file's first bytes does not rule it out. */
  #mayBegin(file: FollowedFile, first: Buffer, prefixes: Prefixes): boolean {
    const head = this.#heads.get(file);
    if (head !== undefined) {
      const length = Math.min(head.length, first.length);
      return head.subarray(0, length).equals(first.subarray(0, length));
    }
    return first.length < file.head.bytes || prefixes.have(file.head);
  }

  /** What cannot be read (now) is known only by what was read of it. */
  #ask<T>(ask: () => T): T | undefined {
    try {
      return ask();
    } catch (error) {
      if (error instanceof Moved || errorCode(error) === undefined) throw error;
      return undefined;
    }
  }

  /** From now on the file is known by what it holds, though nothing of it was read yet. */
  #pin(file: FollowedFile, head: Buffer): void {
    if (head.length < file.head.bytes || !isSame(file.head, head.subarray(0, file.head.bytes))) return;
    if (head.length > file.head.bytes) file.head = fingerprintFrom(head, 0, head.length);
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

/** What was seen of a file. */
function seenOf({ head, tail, milestones, offset, realPath, isTentative, copies }: FollowedFile): Seen {
  return { head, tail, milestones, offset, name: basename(realPath), isTentative, copies: copies.values() };
}

function isIntact(file: FollowedFile, content: Content): boolean {
  return content.size() >= file.offset && isContinued(content.fd, file);
}
