/** What stands behind the bytes of a step. */
export const stepKind = { string: 0, scalar: 1, end: 2 } as const;

/** One value of a shape: the bytes that stand before it, always the same, and where the value goes. */
export interface Step {
  /** What stands between the value before (or the line's start) and this value; it holds all keys and punctuation. */
  readonly length: number;
  /** These bytes as little-endian doubles, to be compared eight at a time; the last overlaps the one before. Empty below 8 bytes. */
  readonly doubles: Float64Array;
  /** The bytes themselves. */
  readonly bytes: Uint8Array;
  readonly kind: number;
  readonly slot: number;
  /** The value behind this one. */
  next: Step | undefined;
  /** Another step that may stand in this one's place. */
  other: Step | undefined;
}

/** A step that stands alone. */
export function makeStep(bytes: Buffer, kind: number, slot: number): Step {
  const length = bytes.length;
  const doubles = new Float64Array(length < 8 ? 0 : Math.ceil(length / 8));
  for (let i = 0; i < doubles.length; i++) doubles[i] = bytes.readDoubleLE(Math.min(8 * i, length - 8));
  return {
    length,
    doubles,
    bytes: new Uint8Array(bytes),
    kind,
    slot,
    next: undefined,
    other: undefined,
  };
}

/** Whether the bytes at `at` are these. */
export function sameBytes(bytes: Buffer, at: number, other: Uint8Array): boolean {
  for (let i = 0; i < other.length; i++) if (bytes[at + i] !== other[i]) return false;
  return true;
}

/** Whether the bytes from `start` on are these doubles, the last of which stands at `lastAt`. */
export function sameDoubles(view: DataView, start: number, doubles: Float64Array, lastAt: number): boolean {
  const last = doubles.length - 1;
  if (view.getFloat64(lastAt, true) !== doubles[last]) return false;
  for (let i = 0, at = start; i < last; i++, at += 8) if (view.getFloat64(at, true) !== doubles[i]) return false;
  return true;
}
