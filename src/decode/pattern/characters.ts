/** Ranges of code points, both ends included, in ascending order. */
export type Ranges = readonly (readonly [first: number, last: number])[];

/** Code units of surrogate pairs, which UTF-8 text has no characters of. */
export const surrogates = { first: 0xd800, last: 0xdfff };

/** The last of all characters. */
export const lastCodePoint = 0x10ffff;

const lastUnit = 0xffff;

/** Syntax that can tell characters past U+FFFF from each other; all other syntax matches all of them or none. */
const tellsPairsApart = /\\[pPu]|[\u{10000}-\u{10ffff}]/u;

/**
 * Finds the characters that a class or an escape matches. It asks the engine itself, whose Unicode version and rules for
 * case are those that count.
 */
export function charactersOf(syntax: string, flags: string): Ranges {
  const unicode = flags.includes("u");
  const isSame = unicode && !tellsPairsApart.test(syntax);
  const regex = new RegExp(`(?:${syntax})+`, `${flags}g`);
  const ranges: [number, number][] = [];
  const text = allCharacters(unicode && !isSame ? lastCodePoint : lastUnit, unicode);
  for (let match = regex.exec(text); match !== null; match = regex.exec(text)) {
    ranges.push([codeAt(text, match.index, unicode), codeAt(text, lastIndex(text, regex.lastIndex, unicode), unicode)]);
  }
  if (!isSame || !new RegExp(`^(?:${syntax})$`, flags).test(String.fromCodePoint(lastCodePoint))) return ranges;
  return [...ranges, [lastUnit + 1, lastCodePoint]];
}

function codeAt(text: string, index: number, unicode: boolean): number {
  return (unicode ? text.codePointAt(index) : text.charCodeAt(index)) ?? 0;
}

/** Index of the last character before `end`. */
function lastIndex(text: string, end: number, unicode: boolean): number {
  return unicode && (text.codePointAt(end - 2) ?? 0) > lastUnit ? end - 2 : end - 1;
}

/** Makes a text of all characters up to `last` in order: code points without surrogates, or code units. */
function allCharacters(last: number, unicode: boolean): string {
  const units = new Uint16Array(last <= lastUnit ? last + 1 : lastUnit + 1 + 2 * (last - lastUnit));
  let length = 0;
  for (let code = 0; code <= last; code++) {
    if (unicode && code >= surrogates.first && code <= surrogates.last) continue;
    if (code <= lastUnit) units[length++] = code;
    else {
      units[length++] = 0xd800 + ((code - 0x10000) >> 10);
      units[length++] = 0xdc00 + ((code - 0x10000) & 0x3ff);
    }
  }
  return Buffer.from(units.buffer, 0, 2 * length).toString("utf16le");
}
