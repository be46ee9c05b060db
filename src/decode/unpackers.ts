import type { JsonBytes } from "./json-walk.ts";
import type { Packing, Step } from "./options.ts";
import type { Slots } from "./slots.ts";
import { Unpacker, type Unpacked } from "./unpacker.ts";

/** Unpackers by place, so that a text which several fields read is unpacked once. */
export class Unpackers {
  readonly #byPlace = new Map<string, LastUnpacked>();

  /** The unpacker of what `steps` lead to from the slots, packed in one or more ways. */
  at(
    slots: readonly number[],
    steps: readonly Step[],
    packings: readonly Packing[],
    readsLines: boolean,
  ): LastUnpacked {
    const place = JSON.stringify([slots, steps, packings, readsLines]);
    let unpacker = this.#byPlace.get(place);
    if (unpacker === undefined) {
      unpacker = new LastUnpacked(new Unpacker(packings, readsLines));
      this.#byPlace.set(place, unpacker);
    }
    return unpacker;
  }
}

/** Unpacker that keeps the last result, for the other fields of its place and the second reading of a batch. */
export class LastUnpacked {
  readonly #unpacker: Unpacker;
  #line = -1;
  #bytes: Buffer | undefined;
  /** Position in the bytes, or a slot where there are none. */
  #at = -1;
  #last: Unpacked;

  constructor(unpacker: Unpacker) {
    this.#unpacker = unpacker;
  }

  /** Unpacks the value at `at` of a document in the line with this number. */
  fromJson(json: JsonBytes, at: number, line: number): Unpacked {
    if (!this.#isLast(line, json.bytes, at)) this.#last = this.#unpacker.fromJson(json, at);
    return this.#last;
  }

  /** Unpacks the value in a slot. */
  fromSlot(slots: Slots, slot: number): Unpacked {
    if (!this.#isLast(slots.line, undefined, slot)) this.#last = this.#unpacker.fromSlot(slots, slot);
    return this.#last;
  }

  #isLast(line: number, bytes: Buffer | undefined, at: number): boolean {
    if (line === this.#line && bytes === this.#bytes && at === this.#at) return true;
    this.#line = line;
    this.#bytes = bytes;
    this.#at = at;
    return false;
  }
}
