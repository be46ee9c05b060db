import { dirname } from "node:path";
import { faultPoint } from "../../fault-points.ts";
import { type Candidate, longestFirst } from "../identity/candidate.ts";
import { ForeignCopies, type Loss, lossOf } from "./losses.ts";
import { readableForms } from "../identity/compression.ts";
import { identityBytes } from "../identity/fingerprint.ts";
import { isShorter } from "../identity/match.ts";
import type { TrackedFile } from "../tracking/tracked-file.ts";
import { isRequested, type Scan } from "./context.ts";
import { hasReadPart, isAccessError, isBarelySeen, verify } from "./verify.ts";
import { isGone, isWhole, wasCutShort } from "../tracking/state.ts";

/** Time to wait for a missing file (ms). */
const patienceMs = 3000;

/** Dependencies of locating tracked files. */
type Located = Omit<Scan, "order" | "fromEnd" | "ready">;

/** Finds the tracked files again: where they were, under another name, or in a copy. */
export class TrackedLocator {
  readonly #scan: Located;
  #missing: TrackedFile[] = [];

  constructor(scan: Located) {
    this.#scan = scan;
  }

  /** Finds those that are where they were, or under another name. */
  async locate(): Promise<void> {
    const { fileLog, descriptors, statsOf, known, snapshot, here, turns } = this.#scan;
    for (const file of [...known]) {
      if (turns.isOver) await turns.next();
      const candidate = snapshot.get(file.inode);
      if (isGone(file.state) && candidate === undefined) continue;
      const fd = descriptors.of(file);
      const where = verify(file, fd, candidate);
      if (where === "missing") {
        this.#missing.push(file);
      } else if (where === "here") {
        here.add(file);
        if (candidate !== undefined) this.#found(file, candidate);
      } else if (where === "unproven") {
        this.#doubt(file);
      } else if (isGone(file.state)) {
        this.#forgetInode(file);
      } else {
        statsOf(file.source).truncations++;
        faultPoint("truncated");
        const what = { file: file.path, offset: file.position.offset, size: file.observed.size };
        fileLog.tell("info", file.source.name, what, "the file was truncated");
        this.#markMissing(file, "");
      }
    }
  }

  /** Reclassifies a file that may be a copy of another one by now. */
  #doubt(file: TrackedFile): void {
    if (file.state.kind === "retired") this.#forgetInode(file);
    else this.#markMissing(file, "");
  }

  #forgetInode(file: TrackedFile): void {
    const { files } = this.#scan;
    files.remove(file);
    file.inode = "";
    files.add(file);
  }

  /** Marks files that were not found as missing. */
  markUnfoundMissing(): void {
    for (const file of this.#missing) if (file.state.kind !== "missing") this.#markMissing(file, file.inode);
  }

  /** Continues missing files, and those retired before their end, in their longest known copy. */
  async continueInCopies(): Promise<void> {
    const { known, snapshot, files, transitions, here, turns } = this.#scan;
    for (const file of known) {
      if (turns.isOver) await turns.next();
      if (file.state.kind !== "missing" && !wasCutShort(file.state)) continue;
      const copy = [...file.copies]
        .flatMap(([inode, { isShort }]) => (isShort ? [] : (snapshot.get(inode) ?? [])))
        .filter((candidate) => files.copiedBy(candidate) === file && !file.refuted.has(candidate.inode))
        .sort(longestFirst)
        .find((candidate) => holdsWhatWasRead(file, candidate));
      if (copy === undefined) continue;
      transitions.continueIn(file, copy);
      here.add(file);
    }
  }

  /** Retires files that were missing for a while; whether one is still waited for. */
  async retireMissing(): Promise<boolean> {
    const { known, transitions, files, statsOf, fileLog, request, turns } = this.#scan;
    const copies = new ForeignCopies(request.dir);
    let isWaiting = false;
    for (const file of known) {
      if (turns.isOver) await turns.next();
      // One whose number another file has elsewhere is asked for where it was.
      const { state } = file;
      if (state.kind !== "missing" || !isRequested(request, file)) continue;
      // It may be found in another directory, or be put back.
      if (file.inode !== "" && performance.now() - state.since < patienceMs) {
        isWaiting = true;
        continue;
      }
      const { path } = file;
      const { offset } = file.position;
      const loss = lossOf(file, files.live.has(path), copies);
      const source = file.source.name;
      if (loss === undefined) fileLog.tell("info", source, { file: path, offset }, "the file is gone");
      else {
        statsOf(file.source).lost++;
        fileLog.tell("warn", source, { file: path, offset, ...loss }, lossText(loss));
      }
      transitions.retire(file, state.isWhole ? "whole" : "incomplete");
    }
    return isWaiting;
  }

  /** Copies that are not there any more need not be known. */
  forgetCopies(): void {
    const { known, files, positions, request, snapshot } = this.#scan;
    for (const file of known) {
      for (const [inode, { path }] of file.copies) {
        if (dirname(path) !== request.dir || snapshot.get(inode) !== undefined) continue;
        files.forgetCopy(inode);
        positions.changed(file);
      }
    }
  }

  #markMissing(file: TrackedFile, inode: string): void {
    if (file.state.kind === "live") this.#scan.paths.add(file.path);
    // What was not read, and hardly seen, cannot be told from others: whatever it is called by now is met as a stranger, and
    // so belongs to the source of its path.
    const { head, offset } = file.position;
    const isStranger = head.bytes === 0 || (offset === 0 && head.bytes < identityBytes);
    if (isStranger && !isWhole(file.state)) this.#discard(file);
    else this.#scan.transitions.markMissing(file, inode);
  }

  #discard(file: TrackedFile): void {
    const { known, originals, transitions } = this.#scan;
    const place = known.indexOf(file);
    if (place >= 0) known.splice(place, 1);
    originals.remove(file);
    transitions.discard(file);
  }

  #found(file: TrackedFile, candidate: Candidate): void {
    const { transitions, positions, owners, isRefused } = this.#scan;
    if (file.state.kind === "missing") transitions.recover(file);
    if (file.state.kind !== "live" && file.realPath !== candidate.real) {
      file.realPath = candidate.real;
      positions.changed(file);
    }
    const size = Number(candidate.stat.size);
    if (file.position.scanned > size) file.position.scanAgain();
    const hasMore = candidate.isCompressed ? file.state.kind === "archive" : size > file.position.offset;
    if (!hasMore) return;
    if (file.state.kind !== "retired") transitions.markReadable(file);
    else if (owners.of(file.path) !== undefined && !isBarelySeen(file, candidate) && !isRefused(file.inode))
      transitions.continueIn(file, candidate);
  }
}

function lossText({ unread, copy }: Loss): string {
  const what = unread === undefined ? "lines that were written last may be lost" : "lines that were not read are lost";
  const where = copy === undefined ? "the file is gone" : "the file was compressed in a form that cannot be read";
  return `${where}: ${what}; let it be rotated within its folder, plain or compressed by ${readableForms}`;
}

function holdsWhatWasRead(file: TrackedFile, candidate: Candidate): boolean {
  try {
    return candidate.isCompressed ? !isShorter(candidate, file.position.offset) : hasReadPart(candidate, file);
  } catch (error) {
    // One copy that may not be read must not keep all that is beside it from being found out.
    if (isAccessError(error)) return false;
    throw error;
  }
}
