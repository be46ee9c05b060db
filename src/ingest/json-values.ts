import { skipSpace } from "../decode/json-lex.ts";

/** Bytes `[start, end)` of a value. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/**
 * Finds the elements of a JSON array, which whatever decodes them checks, and of more than `most` one too many; undefined when
 * the bytes are no array, or have anything after it.
 */
export function elementsOf(bytes: Buffer, { start, end }: Span, most: number): Span[] | undefined {
  const elements: Span[] = [];
  const isWhole = eachPart(bytes, { start, end }, openBracket, closeBracket, (at) => {
    const to = elements.length > most ? undefined : valueEnd(bytes, at, end);
    if (to !== undefined) elements.push({ start: at, end: to });
    return to;
  });
  return isWhole || elements.length > most ? elements : undefined;
}

/** Finds members of a JSON object by their names, of several the last; undefined as for arrays. */
export function membersOf(
  bytes: Buffer,
  { start, end }: Span,
  names: readonly string[],
): Map<string, Span> | undefined {
  const members = new Map<string, Span>();
  const isWhole = eachPart(bytes, { start, end }, openBrace, closeBrace, (at) => {
    const nameEnd = bytes[at] === quote ? valueEnd(bytes, at, end) : undefined;
    const name = nameEnd === undefined ? undefined : textOf(bytes, { start: at, end: nameEnd });
    if (nameEnd === undefined || name === undefined) return undefined;
    const between = skipSpace(bytes, nameEnd, end);
    if (bytes[between] !== colon) return undefined;
    const from = skipSpace(bytes, between + 1, end);
    const to = valueEnd(bytes, from, end);
    if (to !== undefined && names.includes(name)) members.set(name, { start: from, end: to });
    return to;
  });
  return isWhole ? members : undefined;
}

/** The text of a JSON string; undefined for other values. */
export function textOf(bytes: Buffer, { start, end }: Span): string | undefined {
  if (bytes[start] !== quote) return undefined;
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8", start, end));
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The first value of the bytes, if there is nothing after it. */
export function onlyValue(bytes: Buffer, { start, end }: Span): Span | undefined {
  const from = skipSpace(bytes, start, end);
  const to = valueEnd(bytes, from, end);
  return to !== undefined && skipSpace(bytes, to, end) === end ? { start: from, end: to } : undefined;
}

/** Puts blanks in the place of line ends, which in JSON stand between values only: what it says stays the same. */
export function joinLines(bytes: Buffer): void {
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) bytes[at] = 0x20;
  for (let at = bytes.indexOf(0x0d); at >= 0; at = bytes.indexOf(0x0d, at + 1)) bytes[at] = 0x20;
}

/** Goes through the parts between two brackets; `part` returns the end of the one at its argument. */
function eachPart(
  bytes: Buffer,
  { start, end }: Span,
  open: number,
  close: number,
  part: (at: number) => number | undefined,
): boolean {
  let at = skipSpace(bytes, start, end);
  if (bytes[at] !== open || at >= end) return false;
  at = skipSpace(bytes, at + 1, end);
  if (at < end && bytes[at] === close) return skipSpace(bytes, at + 1, end) === end;
  while (at < end) {
    const to = part(at);
    if (to === undefined) return false;
    at = skipSpace(bytes, to, end);
    if (at >= end) return false;
    if (bytes[at] === close) return skipSpace(bytes, at + 1, end) === end;
    if (bytes[at] !== comma) return false;
    at = skipSpace(bytes, at + 1, end);
  }
  return false;
}

/** End of the value at `start`; undefined when there is none, or it has no end. */
function valueEnd(bytes: Buffer, start: number, end: number): number | undefined {
  const first = start < end ? bytes[start] : undefined;
  if (first === quote) return stringEnd(bytes, start, end);
  if (first !== openBrace && first !== openBracket) return scalarEnd(bytes, start, end);
  let depth = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte === quote) {
      const to = stringEnd(bytes, at, end);
      if (to === undefined) return undefined;
      at = to - 1;
    } else if (byte === openBrace || byte === openBracket) depth++;
    else if ((byte === closeBrace || byte === closeBracket) && --depth === 0) return at + 1;
  }
  return undefined;
}

function stringEnd(bytes: Buffer, start: number, end: number): number | undefined {
  for (let at = start + 1; at < end; at++) {
    if (bytes[at] === backslash) at++;
    else if (bytes[at] === quote) return at + 1;
  }
  return undefined;
}

function scalarEnd(bytes: Buffer, start: number, end: number): number | undefined {
  let at = start;
  while (at < end && !isDelimiter(bytes[at] ?? 0)) at++;
  return at > start ? at : undefined;
}

function isDelimiter(byte: number): boolean {
  return byte <= 0x20 || byte === comma || byte === colon || byte === closeBrace || byte === closeBracket;
}
