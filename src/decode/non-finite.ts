const words = ["NaN", "Infinity", "-Infinity"] as const;

/** Letters of the longest of them. */
export const longestBareWord = Math.max(...words.map((word) => word.length));

/** The number that no JSON number is, as Python's `json` and pandas write it. */
export type BareWord = (typeof words)[number];

/** Finds the word that begins at `start` and ends by `end`; undefined when none does. */
export function bareWordAt(bytes: Buffer, start: number, end: number): BareWord | undefined {
  const first = bytes[start];
  if (first !== 0x4e && first !== 0x49 && first !== 0x2d) return undefined;
  return words.find((word) => start + word.length <= end && isWord(bytes, start, word));
}

/** Tells whether a text is one of the words. */
export function isBareWord(text: string): text is BareWord {
  return words.some((word) => word === text);
}

function isWord(bytes: Buffer, start: number, word: string): boolean {
  for (let i = 0; i < word.length; i++) if (bytes[start + i] !== word.charCodeAt(i)) return false;
  return true;
}
