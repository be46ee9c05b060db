const words = ["NaN", "Infinity", "-Infinity"] as const;

/** Length of the longest of them. */
export const maxNonFiniteLength = Math.max(...words.map((word) => word.length));

/** A non-finite number as Python's `json` and pandas write it, which standard JSON lacks. */
export type NonFinite = (typeof words)[number];

/** Finds the non-finite number that starts at `start` and ends by `end`; undefined when there is none. */
export function nonFiniteAt(bytes: Buffer, start: number, end: number): NonFinite | undefined {
  const first = bytes[start];
  if (first !== 0x4e && first !== 0x49 && first !== 0x2d) return undefined;
  return words.find((word) => start + word.length <= end && isWord(bytes, start, word));
}

/** Tells whether a text is a non-finite number. */
export function isNonFinite(text: string): text is NonFinite {
  return words.some((word) => word === text);
}

function isWord(bytes: Buffer, start: number, word: string): boolean {
  for (let i = 0; i < word.length; i++) if (bytes[start + i] !== word.charCodeAt(i)) return false;
  return true;
}
