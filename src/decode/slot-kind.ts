/** How the value in a slot is to be read. */
export const slotKind = {
  /** Not in the line, or JSON null, or an empty value in a format that is all text. */
  missing: 0,
  /** A string: its bytes as they stand in the line. */
  text: 1,
  /** A string with JSON escapes in its bytes. */
  escaped: 2,
  /** A number, spelled as JSON spells it. */
  number: 3,
  /** `true` or `false`. */
  boolean: 4,
  /** An object or array: not a value that can be read. */
  nested: 5,
  /** A string that the format had to decode: it stands in `texts`. */
  decoded: 6,
  /** `NaN`, `Infinity` or `-Infinity`, bare in JSON or as a whole value elsewhere: it stands in `texts`. */
  bare: 7,
} as const;
