import { mostCells, timeHigh, timeLow, timeOf, type State } from "./id-table.ts";

/** Bytes of a record. */
export const recordBytes = 16;

/** Bytes from which on a blob gets no more records: one that is begun is written again with each commit. */
const fullBlob = 4096;
/** Most bytes of a blob. */
const mostBlob = 4096 * recordBytes;

/** What a record says of an id; `state` 0 says that its slot is taken out. */
export interface IdRecord {
  low: number;
  high: number;
  state: State | 0;
  cell: number;
  time: number;
}

/** Reads what `RecordLog` writes into `record`. */
export function readRecord(view: DataView, at: number, record: IdRecord): void {
  const word = view.getUint32(at + 12, true);
  const bits = word >>> 30;
  record.low = view.getUint32(at, true);
  record.high = view.getUint32(at + 4, true);
  record.state = bits === 1 ? 1 : bits === 2 ? 2 : bits === 3 ? 3 : 0;
  record.time = timeOf((word >>> 21) & 0x1ff, view.getUint32(at + 8, true));
  record.cell = word & (mostCells - 1);
}

/**
 * Records of one generation in the order of writing, as blobs by number: each says all of its slot, and the last one of a
 * slot holds.
 */
export class RecordLog {
  /** Number of blobs, the last one open. */
  blobs: number;
  /** Blobs that are full and not saved yet: handed over as they are, since a backlog fills many between two commits. */
  #full: Uint8Array[] = [];
  #open = new Uint8Array(512);
  #view = new DataView(this.#open.buffer);
  #length = 0;
  #isChanged = false;

  /** `blobs` is the number of those that were written before. */
  constructor(blobs: number) {
    this.blobs = blobs;
  }

  /** Adds a record: the hash, the time's low bits, and in one word the state, the time's high bits and the cell. */
  add(low: number, high: number, state: State | 0, cell: number, time: number): void {
    if (this.#length === this.#open.length) this.#makeRoom();
    const view = this.#view;
    const at = this.#length;
    view.setUint32(at, low, true);
    view.setUint32(at + 4, high, true);
    view.setUint32(at + 8, timeLow(time), true);
    view.setUint32(at + 12, (state << 30) | (timeHigh(time) << 21) | cell, true);
    this.#length = at + recordBytes;
    this.#isChanged = true;
  }

  /** Blobs changed since the last call. */
  changes(): [number: number, bytes: Uint8Array][] {
    if (!this.#isChanged) return [];
    this.#isChanged = false;
    const changed: [number, Uint8Array][] = [];
    for (const bytes of this.#full) changed.push([this.blobs++, bytes]);
    this.#full = [];
    changed.push([this.blobs, this.#open.slice(0, this.#length)]);
    if (this.#length < fullBlob) return changed;
    this.blobs++;
    this.#length = 0;
    return changed;
  }

  #makeRoom(): void {
    const open = this.#open;
    if (open.length < mostBlob) {
      this.#open = new Uint8Array(2 * open.length);
      this.#open.set(open);
    } else {
      this.#full.push(open);
      this.#open = new Uint8Array(mostBlob);
      this.#length = 0;
    }
    this.#view = new DataView(this.#open.buffer);
  }
}
