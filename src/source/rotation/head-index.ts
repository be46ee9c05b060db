import { errorCode } from "../../problem.ts";
import { type Candidate, type FileContent, FileMoved } from "../identity/candidate.ts";
import { fingerprintBefore, fingerprintFrom, identityBytes, matchesFingerprint } from "../identity/fingerprint.ts";
import { checksumsOf } from "../identity/gzip.ts";
import { extendChecksums } from "../identity/prefix-checksums.ts";
import type { Turns } from "../pace.ts";
import type { TrackedFile } from "../tracking/tracked-file.ts";
import type { Access } from "./find-original.ts";
import { type Prefix, PrefixIndex } from "./prefix-index.ts";

/** Files with the same first bytes with which a newcomer is compared one by one; of more, the nearest are chosen. */
const mostCompared = 24;

/** Files with the same first bytes. */
class Group {
  readonly files: TrackedFile[] = [];
  /** Number of files in the indexes below, which are made when there are many. */
  indexed = 0;
  /** Plain files, and files that are gone, by their lines. */
  readonly text = new PrefixIndex<TrackedFile>();
  /** Compressed files, by their lines as far as they were read, and by their compressed bytes. */
  readonly unpacked = new PrefixIndex<TrackedFile>();
  readonly packed = new PrefixIndex<TrackedFile>();
}

/** Files of a scan by their first bytes. */
export class HeadIndex {
  readonly #access: Access;
  /** Files that are not in the index yet. */
  #pending: TrackedFile[];
  /** Order in which the files were added: of those that are alike, the later one is preferred. */
  readonly #ranks = new Map<TrackedFile, number>();
  /** By the number of the first bytes, and by their hash. */
  readonly #groups = new Map<number, Map<string, Group>>();
  /** First bytes of the files that were read. */
  readonly #heads = new Map<TrackedFile, Buffer>();
  /** Files by their first bytes in order, made when a short newcomer is met, since each of them may begin with it. */
  #sorted: { readonly head: Buffer; readonly file: TrackedFile }[] | undefined;
  /** Files that are gone, by the size and the last bytes of their copies. */
  readonly #byCopy = new Map<string, TrackedFile[]>();

  constructor(files: readonly TrackedFile[], access: Access) {
    this.#pending = [...files];
    this.#access = access;
  }

  /** Adds a file, and its first bytes, if they were looked at. */
  add(file: TrackedFile, head: Buffer | undefined): void {
    this.#pending.push(file);
    if (head !== undefined) this.#heads.set(file, head);
  }

  /** From now on the file is known by what it holds, though nothing of it was read yet. */
  pin(file: TrackedFile, head: Buffer): void {
    const known = file.position.head;
    if (head.length < known.bytes || !matchesFingerprint(known, head.subarray(0, known.bytes))) return;
    if (head.length > known.bytes) file.position.learnHead(fingerprintFrom(head, 0, head.length));
    this.#heads.set(file, head);
  }

  /** The files that a newcomer may be a copy of: a bounded number, those that have most in common with it. */
  async alike(candidate: Candidate, turns: Turns): Promise<TrackedFile[]> {
    await this.#indexPending(turns);
    const start = candidate.head();
    const alike: TrackedFile[] = [];
    for (const bytes of [...this.#groups.keys()].filter((length) => length <= start.length).sort((a, b) => b - a)) {
      const group = this.#groups.get(bytes)?.get(fingerprintFrom(start, 0, bytes).hash);
      if (group !== undefined) alike.push(...(await this.#nearest(group, candidate, turns)));
      if (alike.length > 2 * mostCompared) break;
    }
    if (start.length < identityBytes) alike.push(...(await this.#longer(start, turns)));
    return [...new Set(alike)]
      .filter((file) => this.#mayBegin(file, start))
      .sort((a, b) => (this.#ranks.get(a) ?? 0) - (this.#ranks.get(b) ?? 0));
  }

  async #indexPending(turns: Turns): Promise<void> {
    const pending = this.#pending;
    this.#pending = [];
    for (const file of pending) {
      if (turns.isOver) await turns.next();
      if (file.position.head.bytes < identityBytes && !this.#heads.has(file)) this.#learn(file);
      this.#ranks.set(file, this.#ranks.size);
      const { bytes, hash } = file.position.head;
      if (bytes === 0) continue;
      const groups = this.#groups.get(bytes) ?? new Map<string, Group>();
      const group = groups.get(hash) ?? new Group();
      group.files.push(file);
      this.#groups.set(bytes, groups.set(hash, group));
      for (const { size, tail } of file.copies.values()) {
        if (tail.bytes !== size) continue;
        const key = `${size} ${tail.hash}`;
        this.#byCopy.set(key, [...(this.#byCopy.get(key) ?? []), file].slice(-mostCompared));
      }
      if (this.#sorted !== undefined) this.#sort(this.#sorted, file);
    }
  }

  #learn(file: TrackedFile): void {
    const head = this.#headOf(file);
    if (head !== undefined) this.pin(file, head);
  }

  /** The first bytes of a file, or of a copy of one that is gone. */
  #headOf(file: TrackedFile): Buffer | undefined {
    try {
      return (
        askFor(() => this.#access.contentOf(file)?.head()) ??
        askFor(() => this.#access.archiveOf(file)?.head()) ??
        askFor(() => this.#access.copiesOf(file)[0]?.content().head())
      );
    } finally {
      this.#access.release(file);
    }
  }

  /** Tells whether the first bytes of a file, as far as they were read, are compatible. */
  #mayBegin(file: TrackedFile, first: Buffer): boolean {
    const head = this.#heads.get(file);
    if (head === undefined) return true;
    const length = Math.min(head.length, first.length);
    return head.subarray(0, length).equals(first.subarray(0, length));
  }

  /** The files that begin with all of a short one. */
  async #longer(start: Buffer, turns: Turns): Promise<TrackedFile[]> {
    if (this.#sorted === undefined) {
      this.#sorted = [];
      const files = [...this.#groups.values()]
        .flatMap((groups) => [...groups.values()])
        .flatMap((group) => group.files);
      for (const file of files) {
        this.#sort(this.#sorted, file);
        if (turns.isOver) await turns.next();
      }
    }
    const first = placeOf(this.#sorted, start);
    const longer = this.#sorted
      .slice(first, first + mostCompared)
      .filter(({ head }) => head.subarray(0, start.length).equals(start));
    const ofCopy = this.#byCopy.get(`${start.length} ${fingerprintFrom(start, 0, start.length).hash}`) ?? [];
    return [...ofCopy, ...longer.map(({ file }) => file)];
  }

  #sort(sorted: { readonly head: Buffer; readonly file: TrackedFile }[], file: TrackedFile): void {
    const head = this.#heads.get(file) ?? this.#headOf(file);
    if (head !== undefined) sorted.splice(placeOf(sorted, head), 0, { head, file });
  }

  async #nearest(group: Group, candidate: Candidate, turns: Turns): Promise<readonly TrackedFile[]> {
    if (group.files.length <= mostCompared) return group.files;
    for (; group.indexed < group.files.length; group.indexed++) {
      const file = group.files[group.indexed];
      if (file !== undefined) this.#index(group, file);
      if (turns.isOver) await turns.next();
    }
    const bytes = prefixOf(candidate.content());
    if (!candidate.isCompressed) {
      return [...group.unpacked.nearest(bytes, mostCompared), ...group.text.nearest(bytes, mostCompared)];
    }
    const unpacked = candidate.beginning();
    const trailers = candidate.compression === "gzip" ? checksumsOf(candidate.content()) : [];
    const size = trailers[0]?.bytes ?? unpacked.length;
    const text = { checksums: checksumsIn(unpacked), size, tail: "" };
    return [...group.packed.nearest(bytes, mostCompared), ...group.text.nearest(text, mostCompared)];
  }

  #index(group: Group, file: TrackedFile): void {
    const { offset, checksums, tail } = file.position;
    const read = { checksums, size: offset, tail: tail.hash };
    try {
      const content = askFor(() => this.#access.contentOf(file));
      const archive = content === undefined ? askFor(() => this.#access.archiveOf(file)?.content()) : undefined;
      if (archive !== undefined) {
        group.packed.add(file, prefixOf(archive));
        group.unpacked.add(file, read);
      } else group.text.add(file, content === undefined ? read : prefixOf(content, checksums));
    } finally {
      this.#access.release(file);
    }
  }
}

/** Returns what is asked for; an unreadable file is known only by what was read of it. */
export function askFor<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (error instanceof FileMoved || errorCode(error) === undefined) throw error;
    return undefined;
  }
}

/** What a file holds now; the checksums before its offset are known. */
function prefixOf(content: FileContent, known: Prefix["checksums"] = []): Prefix {
  const size = content.size();
  const length = Math.min(size, identityBytes);
  const last = content.stretch(size - length, length);
  return {
    checksums: extendChecksums(known, size, (from, bytes) => content.stretch(from, bytes)),
    size,
    tail: fingerprintBefore(last, 0, last.length).hash,
  };
}

function checksumsIn(bytes: Buffer): Prefix["checksums"] {
  return extendChecksums([], bytes.length, (from, length) => bytes.subarray(from, from + length));
}

/** First place in the order of heads at or after these bytes. */
function placeOf(sorted: readonly { readonly head: Buffer }[], bytes: Buffer): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const head = sorted[middle]?.head;
    if (head !== undefined && head.compare(bytes) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
