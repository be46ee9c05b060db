import { dirname } from "node:path";
import { faultPoint } from "../../fault-points.ts";
import { type Candidate, wholeFirst } from "../identity/candidate.ts";
import { isShorter } from "../identity/match.ts";
import type { FollowedFile } from "../tracking/tracked-file.ts";
import { isAskedAbout, type Look } from "./context.ts";
import { holds, isForbidden, isLittleSeen, locate } from "./verify.ts";

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
    const { shared, reportOf, known, snapshot, here } = this.#look;
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
      } else if (where === "unproven") {
        this.#doubt(file);
      } else if (file.state === "ended" || file.isLost) {
        this.#forgetInode(file);
      } else {
        reportOf(file.source).truncations++;
        faultPoint("truncated");
        shared.log.info({ file: file.path, offset: file.offset, size: file.size }, "the file was truncated");
        this.#lose(file, "");
      }
    }
  }

  /** Perhaps it is a copy of another one by now: it is met as a stranger. */
  #doubt(file: FollowedFile): void {
    if (file.state === "ended") this.#forgetInode(file);
    else this.#lose(file, "");
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

  /** Those that are lost go on in a copy that is known, the longest; so do those that were let go before their end. */
  goOnInCopies(): void {
    const { known, snapshot, files, lives, here } = this.#look;
    for (const file of known) {
      if (!file.isLost && !(file.state === "ended" && file.isIncomplete)) continue;
      const copy = [...file.copies]
        .flatMap(([inode, { isShort }]) => (isShort ? [] : (snapshot.get(inode) ?? [])))
        .filter((candidate) => files.copiedBy(candidate) === file && !file.refuted.has(candidate.inode))
        .sort(wholeFirst)
        .find((candidate) => holdsWhatWasRead(file, candidate));
      if (copy === undefined) continue;
      lives.carryOn(file, copy);
      here.add(file);
    }
  }

  /** Those that are nowhere are let go, after a while; whether one is still waited for. */
  giveUpLost(): boolean {
    const { known, lives, shared, question } = this.#look;
    let isWaiting = false;
    for (const file of known) {
      // One whose number another file has elsewhere is asked for where it was.
      if (!file.isLost || !isAskedAbout(question, file)) continue;
      // It may be found in another directory, or be put back.
      if (file.inode !== "" && performance.now() - file.restless < patienceMs) {
        isWaiting = true;
        continue;
      }
      const { path, offset, size } = file;
      if (size > offset && !file.done)
        shared.log.warn({ file: path, offset, size }, "the file is gone before it was read to its end");
      else shared.log.info({ file: path, offset }, "the file is gone");
      file.isIncomplete = !file.done;
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
    // Of what nothing was seen, nothing can be found again: whatever it is called by now is met as a stranger.
    if (file.head.bytes === 0 && !file.done) this.#look.lives.drop(file);
    else this.#look.lives.lose(file, inode);
  }

  #found(file: FollowedFile, candidate: Candidate): void {
    const { lives, shared, owners } = this.#look;
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
    else if (owners.of(file.path) !== undefined && !isLittleSeen(file, candidate)) lives.carryOn(file, candidate);
  }
}

function holdsWhatWasRead(file: FollowedFile, candidate: Candidate): boolean {
  try {
    return candidate.isCompressed ? !isShorter(candidate, file) : holds(candidate, file);
  } catch (error) {
    // One copy that may not be read must not keep all that is beside it from being found out.
    if (isForbidden(error)) return false;
    throw error;
  }
}
