import { dirname } from "node:path";
import { faultPoint } from "../fault-points.ts";
import type { Candidate } from "./content.ts";
import { wholeFirst } from "./candidates.ts";
import type { FollowedFile } from "./followed-file.ts";
import { identityBytes } from "./identity.ts";
import { isShorter } from "./likeness.ts";
import { isAsItWas, locate } from "./locate.ts";
import type { Look } from "./look.ts";
import { isMarked } from "./rotation-names.ts";

/** For so long a file that is nowhere is waited for (ms). */
const patienceMs = 3000;

/** What has become of the files that were known before. */
export class KnownFiles {
  readonly #look: Look;
  #missing: FollowedFile[] = [];

  constructor(look: Look) {
    this.#look = look;
  }

  /** Finds those that are where they were, or under another name. */
  locate(): void {
    const { shared, moves, known, snapshot, here } = this.#look;
    for (const file of [...known]) {
      const candidate = snapshot.get(file.inode);
      if ((file.isLost || file.state === "ended") && candidate === undefined) continue;
      const fd = shared.descriptors.of(file);
      const where = locate(file, fd, candidate);
      if (where === "missing") {
        this.#missing.push(file);
      } else if (where === "here") {
        here.add(file);
        if (candidate !== undefined) this.#found(file, candidate);
      } else if (file.state === "ended" || file.isLost) {
        this.#forgetInode(file);
      } else {
        moves.truncations++;
        faultPoint("truncated");
        shared.log.info({ file: file.path, offset: file.offset, size: file.size }, "the file was truncated");
        this.#lose(file, "");
      }
    }
    this.#doubtLittleSeen();
  }

  /**
   * Numbers are used again, and of a file of which little was seen, others begin alike. When such a one has changed while
   * nobody had it open, it is met as a stranger: it may be a copy of another one by now.
   */
  #doubtLittleSeen(): void {
    const { known, here, snapshot, shared, lives } = this.#look;
    for (const file of known) {
      if (!here.has(file) || file.isBeingRead || shared.descriptors.of(file) !== undefined) continue;
      const candidate = snapshot.get(file.inode);
      if (candidate === undefined || !isLittleSeen(file, candidate) || isAsItWas(file, candidate)) continue;
      here.delete(file);
      if (file.head.bytes === 0) lives.drop(file);
      else if (file.state === "ended") this.#forgetInode(file);
      else this.#lose(file, "");
    }
  }

  #forgetInode(file: FollowedFile): void {
    const { files } = this.#look;
    files.remove(file);
    file.inode = "";
    files.add(file);
  }

  /** Those that were not found are not there. */
  loseMissing(): void {
    for (const file of this.#missing) if (!file.isLost) this.#lose(file, file.inode);
  }

  /** Those that are lost go on in a copy that is known, the longest. */
  goOnInCopies(): void {
    const { known, snapshot, files, lives, here } = this.#look;
    for (const file of known) {
      if (!file.isLost) continue;
      const copy = [...file.copies.keys()]
        .flatMap((inode) => snapshot.get(inode) ?? [])
        .filter((candidate) => files.copiedBy(candidate) === file)
        .sort(wholeFirst)
        .find((candidate) => holdsWhatWasRead(file, candidate));
      if (copy === undefined) continue;
      lives.carryOn(file, copy);
      here.add(file);
    }
  }

  /** Those that are nowhere are let go, after a while; whether one is still waited for. */
  giveUpLost(): boolean {
    const { known, lives, shared } = this.#look;
    let isWaiting = false;
    for (const file of known) {
      if (!file.isLost) continue;
      // It may be found in another directory, or be put back.
      if (file.inode !== "" && performance.now() - file.restless < patienceMs) {
        isWaiting = true;
        continue;
      }
      const { path, offset, size } = file;
      shared.log.warn({ file: path, offset, size }, "the file is gone: what came after the last read is lost");
      file.isIncomplete = true;
      file.isLost = false;
      lives.letGo(file);
    }
    return isWaiting;
  }

  /** Copies that are not there any more need not be known. */
  forgetCopies(): void {
    const { known, files, shared, question, snapshot } = this.#look;
    for (const file of known) {
      for (const [inode, { path }] of file.copies) {
        if (dirname(path) !== question.dir || snapshot.get(inode) !== undefined) continue;
        files.forgetCopy(inode);
        shared.ledger.changed(file);
      }
    }
  }

  #lose(file: FollowedFile, inode: string): void {
    if (file.state === "live") this.#look.paths.add(file.path);
    this.#look.lives.lose(file, inode);
  }

  #found(file: FollowedFile, candidate: Candidate): void {
    const { lives, shared, isNamed } = this.#look;
    if (file.isLost) lives.recover(file);
    if (file.state !== "live" && file.realPath !== candidate.path) {
      file.realPath = candidate.path;
      shared.ledger.changed(file);
    }
    const size = Number(candidate.stat.size);
    if (file.scanned > size) file.seek(file.offset);
    const hasMore = candidate.isCompressed ? file.state === "archive" : size > file.offset;
    if (!hasMore) return;
    if (file.state !== "ended") lives.awaken(file);
    else if (isNamed(file.path) && !isLittleSeen(file, candidate)) lives.carryOn(file, candidate);
  }
}

/** Whether a file that is put away may be taken for another one, because of both little was seen. */
function isLittleSeen({ head }: FollowedFile, { name }: Candidate): boolean {
  return head.bytes < identityBytes && isMarked(name);
}

function holdsWhatWasRead(file: FollowedFile, candidate: Candidate): boolean {
  if (candidate.isCompressed) return !isShorter(candidate, file);
  return locate(file, candidate.content().fd, candidate) === "here";
}
