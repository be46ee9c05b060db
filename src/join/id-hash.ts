/** Low half of the last hash; a pair of halves in variables costs no object per id. */
export let hashLow = 0;
/** High half of the last hash. */
export let hashHigh = 0;

/** Number of bytes of a key. */
export const keyBytes = 16;

let v0l = 0;
let v0h = 0;
let v1l = 0;
let v1h = 0;
let v2l = 0;
let v2h = 0;
let v3l = 0;
let v3h = 0;

/**
 * Keyed hash of ids, SipHash-1-3 in 64 bits: whoever chooses ids cannot make two collide, and whoever sees the hashes cannot
 * test a guess. In 32-bit halves, since BigInt would cost an object per step.
 */
export class IdHash {
  readonly #k0l: number;
  readonly #k0h: number;
  readonly #k1l: number;
  readonly #k1h: number;

  /** `key` has `keyBytes` random bytes. */
  constructor(key: Uint8Array) {
    const view = new DataView(key.buffer, key.byteOffset, keyBytes);
    this.#k0l = view.getUint32(0, true);
    this.#k0h = view.getUint32(4, true);
    this.#k1l = view.getUint32(8, true);
    this.#k1h = view.getUint32(12, true);
  }

  /** Hashes a text to `hashLow` and `hashHigh`, which are never both 0: Latin-1 as bytes, any other as code units. */
  hash(text: string): void {
    this.#begin();
    const length = text.length;
    const whole = length - (length % 8);
    let seen = 0;
    for (let at = 0; at < whole; at += 8) {
      const a = text.charCodeAt(at);
      const b = text.charCodeAt(at + 1);
      const c = text.charCodeAt(at + 2);
      const d = text.charCodeAt(at + 3);
      const e = text.charCodeAt(at + 4);
      const f = text.charCodeAt(at + 5);
      const g = text.charCodeAt(at + 6);
      const h = text.charCodeAt(at + 7);
      seen |= a | b | c | d | e | f | g | h;
      absorb((a | (b << 8) | (c << 16) | (d << 24)) >>> 0, (e | (f << 8) | (g << 16) | (h << 24)) >>> 0);
    }
    let low = 0;
    let high = length << 24;
    for (let at = whole; at < length; at++) {
      const code = text.charCodeAt(at);
      seen |= code;
      const shift = 8 * (at - whole);
      if (shift < 32) low |= code << shift;
      else high |= code << (shift - 32);
    }
    if (seen > 0xff) this.#hashWide(text);
    else {
      absorb(low >>> 0, high >>> 0);
      finish();
    }
  }

  /** Hashes two code units after two; the last block tells this form and the length, so that no two texts are alike. */
  #hashWide(text: string): void {
    this.#begin();
    for (let at = 0; at < text.length; at += 4) {
      absorb(pair(text, at), pair(text, at + 2));
    }
    absorb(text.length >>> 0, 0xffffffff);
    finish();
  }

  #begin(): void {
    v0l = this.#k0l ^ 0x70736575;
    v0h = this.#k0h ^ 0x736f6d65;
    v1l = this.#k1l ^ 0x6e646f6d;
    v1h = this.#k1h ^ 0x646f7261;
    v2l = this.#k0l ^ 0x6e657261;
    v2h = this.#k0h ^ 0x6c796765;
    v3l = this.#k1l ^ 0x79746573;
    v3h = this.#k1h ^ 0x74656462;
  }
}

function pair(text: string, at: number): number {
  const first = at < text.length ? text.charCodeAt(at) : 0;
  const second = at + 1 < text.length ? text.charCodeAt(at + 1) : 0;
  return (first | (second << 16)) >>> 0;
}

function absorb(low: number, high: number): void {
  v3l ^= low;
  v3h ^= high;
  round();
  v0l ^= low;
  v0h ^= high;
}

function finish(): void {
  v2l ^= 0xff;
  round();
  round();
  round();
  hashLow = (v0l ^ v1l ^ v2l ^ v3l) >>> 0;
  hashHigh = (v0h ^ v1h ^ v2h ^ v3h) >>> 0;
  // Both 0 is no key for a count window.
  if (hashLow === 0 && hashHigh === 0) hashLow = 1;
}

/** One SipRound; all values as signed 32-bit halves. */
function round(): void {
  let sum: number;
  // v0 += v1
  sum = (v0l >>> 0) + (v1l >>> 0);
  v0h = (v0h + v1h + (sum > 0xffffffff ? 1 : 0)) | 0;
  v0l = sum | 0;
  // v1 = rotl(v1, 13) ^ v0
  sum = (v1l << 13) | (v1h >>> 19);
  v1h = ((v1h << 13) | (v1l >>> 19)) ^ v0h;
  v1l = sum ^ v0l;
  // v0 = rotl(v0, 32)
  sum = v0l;
  v0l = v0h;
  v0h = sum;
  // v2 += v3
  sum = (v2l >>> 0) + (v3l >>> 0);
  v2h = (v2h + v3h + (sum > 0xffffffff ? 1 : 0)) | 0;
  v2l = sum | 0;
  // v3 = rotl(v3, 16) ^ v2
  sum = (v3l << 16) | (v3h >>> 16);
  v3h = ((v3h << 16) | (v3l >>> 16)) ^ v2h;
  v3l = sum ^ v2l;
  // v0 += v3
  sum = (v0l >>> 0) + (v3l >>> 0);
  v0h = (v0h + v3h + (sum > 0xffffffff ? 1 : 0)) | 0;
  v0l = sum | 0;
  // v3 = rotl(v3, 21) ^ v0
  sum = (v3l << 21) | (v3h >>> 11);
  v3h = ((v3h << 21) | (v3l >>> 11)) ^ v0h;
  v3l = sum ^ v0l;
  // v2 += v1
  sum = (v2l >>> 0) + (v1l >>> 0);
  v2h = (v2h + v1h + (sum > 0xffffffff ? 1 : 0)) | 0;
  v2l = sum | 0;
  // v1 = rotl(v1, 17) ^ v2
  sum = (v1l << 17) | (v1h >>> 15);
  v1h = ((v1h << 17) | (v1l >>> 15)) ^ v2h;
  v1l = sum ^ v2l;
  // v2 = rotl(v2, 32)
  sum = v2l;
  v2l = v2h;
  v2h = sum;
}
