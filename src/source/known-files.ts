import { dirname } from "node:path";
import { faultPoint } from "../fault-points.ts";
import type { Candidate } from "./content.ts";
import { wholeFirst } from "./candidates.ts";
import type { FollowedFile } from "./followed-file.ts";
import { isShorter } from "./likeness.ts";
import { locate } from "./locate.ts";
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
    const { files, shared, moves, known, snapshot, here } = this.#look;
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
        files.remove(file);
        file.inode = "";
        files.add(file);
      } else {
        moves.truncations++;
        faultPoint("truncated");
        shared.log.info({ file: file.path, offset: file.offset, size: file.size }, "the file was truncated");
        this.#lose(file, "");
      }
    }
    this.#dropUnseen();
  }

  /** What is known by a number alone, because nothing was seen of it, may be a copy by now: it is met as a stranger. */
  #dropUnseen(): void {
    const { known, here, snapshot, shared, lives } = this.#look;
    for (const file of known) {
      if (!here.has(file) || file.head.bytes > 0 || shared.descriptors.of(file) !== undefined) continue;
      const candidate = snapshot.get(file.inode);
      if (candidate === undefined || !isMarked(candidate.name)) continue;
      lives.drop(file);
      here.delete(file);
    }
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
    else if (isNamed(file.path)) lives.carryOn(file, candidate);
  }
}

function holdsWhatWasRead(file: FollowedFile, candidate: Candidate): boolean {
  if (candidate.isCompressed) return !isShorter(candidate, file);
  return locate(file, candidate.content().fd, candidate) === "here";
}
