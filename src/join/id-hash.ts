/** Low half of the last hash, as a signed number: in a variable such a one costs no object per id. */
export let hashLow = 0;
/** High half of the last hash, signed too. */
export let hashHigh = 0;

/** Number of bytes of a key. */
export const keyBytes = 16;

/** Rounds after the last block. */
const finalRounds = 3;

/** What tells code units from bytes. */
const wideForm = 0xee;

/** The text to hash as little-endian words, two a block. */
let words = new Int32Array(512);

/**
 * Keyed hash of ids, SipHash-1-3 in 64 bits: whoever chooses ids cannot make two collide, and whoever sees the hashes cannot
 * test a guess. In 32-bit halves, since BigInt would cost an object per step.
 */
export class IdHash {
  readonly #key: DataView;

  /** `key` has `keyBytes` random bytes. */
  constructor(key: Uint8Array) {
    this.#key = new DataView(key.buffer, key.byteOffset, keyBytes);
  }

  /** Hashes a text to `hashLow` and `hashHigh`, which are never both 0. */
  hash(text: string): void {
    const blocks = narrow(text);
    if (blocks === undefined) this.#sip(wide(text), wideForm);
    else this.#sip(blocks, 0);
  }

  /** Hashes the blocks of words; `form` tells apart what they are made of. */
  #sip(blocks: number, form: number): void {
    const key = this.#key;
    const [k0l, k0h] = [key.getInt32(0, true), key.getInt32(4, true)];
    const [k1l, k1h] = [key.getInt32(8, true), key.getInt32(12, true)];
    let v0l = k0l ^ 0x70736575;
    let v0h = k0h ^ 0x736f6d65;
    let v1l = k1l ^ 0x6e646f6d ^ form;
    let v1h = k1h ^ 0x646f7261;
    let v2l = k0l ^ 0x6e657261;
    let v2h = k0h ^ 0x6c796765;
    let v3l = k1l ^ 0x79746573;
    let v3h = k1h ^ 0x74656462;
    for (let block = 0; block < blocks + finalRounds; block++) {
      const isText = block < blocks;
      const low = isText ? (words[2 * block] ?? 0) : 0;
      const high = isText ? (words[2 * block + 1] ?? 0) : 0;
      if (block === blocks) v2l ^= 0xff;
      v3l ^= low;
      v3h ^= high;
      // v0 += v1
      let sum = (v0l >>> 0) + (v1l >>> 0);
      v0h = (v0h + v1h + (sum > 0xffffffff ? 1 : 0)) | 0;
      v0l = sum | 0;
      // v1 = rotl(v1, 13) ^ v0
      let turned = (v1l << 13) | (v1h >>> 19);
      v1h = ((v1h << 13) | (v1l >>> 19)) ^ v0h;
      v1l = turned ^ v0l;
      // v0 = rotl(v0, 32)
      turned = v0l;
      v0l = v0h;
      v0h = turned;
      // v2 += v3
      sum = (v2l >>> 0) + (v3l >>> 0);
      v2h = (v2h + v3h + (sum > 0xffffffff ? 1 : 0)) | 0;
      v2l = sum | 0;
      // v3 = rotl(v3, 16) ^ v2
      turned = (v3l << 16) | (v3h >>> 16);
      v3h = ((v3h << 16) | (v3l >>> 16)) ^ v2h;
      v3l = turned ^ v2l;
      // v0 += v3
      sum = (v0l >>> 0) + (v3l >>> 0);
      v0h = (v0h + v3h + (sum > 0xffffffff ? 1 : 0)) | 0;
      v0l = sum | 0;
      // v3 = rotl(v3, 21) ^ v0
      turned = (v3l << 21) | (v3h >>> 11);
      v3h = ((v3h << 21) | (v3l >>> 11)) ^ v0h;
      v3l = turned ^ v0l;
      // v2 += v1
      sum = (v2l >>> 0) + (v1l >>> 0);
      v2h = (v2h + v1h + (sum > 0xffffffff ? 1 : 0)) | 0;
      v2l = sum | 0;
      // v1 = rotl(v1, 17) ^ v2
      turned = (v1l << 17) | (v1h >>> 15);
      v1h = ((v1h << 17) | (v1l >>> 15)) ^ v2h;
      v1l = turned ^ v2l;
      // v2 = rotl(v2, 32)
      turned = v2l;
      v2l = v2h;
      v2h = turned;
      v0l ^= low;
      v0h ^= high;
    }
    hashLow = v0l ^ v1l ^ v2l ^ v3l;
    hashHigh = v0h ^ v1h ^ v2h ^ v3h;
    // Both 0 is no key for a count window.
    if (hashLow === 0 && hashHigh === 0) hashLow = 1;
  }
}

/** Fills the words with the text's bytes in Latin-1, and its length as SipHash has it; undefined for other characters. */
function narrow(text: string): number | undefined {
  const { length } = text;
  const blocks = (length >> 3) + 1;
  if (2 * blocks > words.length) words = new Int32Array(4 * blocks);
  words.fill(0, 0, 2 * blocks);
  let seen = 0;
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at);
    seen |= code;
    words[at >> 2] = (words[at >> 2] ?? 0) | (code << (8 * (at & 3)));
  }
  words[2 * blocks - 1] = (words[2 * blocks - 1] ?? 0) | (length << 24);
  return seen > 0xff ? undefined : blocks;
}

/** Fills the words with the text's code units, and its length. */
function wide(text: string): number {
  const { length } = text;
  const blocks = ((length + 3) >> 2) + 1;
  if (2 * blocks > words.length) words = new Int32Array(4 * blocks);
  words.fill(0, 0, 2 * blocks);
  for (let at = 0; at < length; at++) {
    words[at >> 1] = (words[at >> 1] ?? 0) | (text.charCodeAt(at) << (16 * (at & 1)));
  }
  words[2 * blocks - 1] = length;
  return blocks;
}
