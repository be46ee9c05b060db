const comma = 0x2c;
const point = 0x2e;

/** Writes a number with one comma and no point (`0,93`) with a point; undefined for other texts. */
export function withPoint(bytes: Buffer, start: number, end: number): Buffer | undefined {
  const text = Buffer.from(bytes.subarray(start, end));
  const at = text.indexOf(comma);
  if (at < 0 || text.includes(comma, at + 1) || text.includes(point)) return undefined;
  text[at] = point;
  return text;
}
