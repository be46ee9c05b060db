import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import type { EntryKey, Plain } from "../plain.ts";

/** Keys of the store are at most 1978 bytes; a longer name is kept by its hash, and whole in the value. */
const longestKey = 1000;
const checkBytes = 4;

/** The bytes that an entry is kept under: JSON, so that all entries of a stage lie side by side. */
export function keyBytes(key: EntryKey): Buffer {
  const bytes = Buffer.from(JSON.stringify(key));
  if (bytes.length <= longestKey) return bytes;
  const hash = createHash("sha256").update(bytes).digest("hex");
  return Buffer.concat([wordBytes(String(key[0])), Buffer.from(`,#${hash}`)]);
}

/** What the keys of all entries of a stage begin with. */
export function wordBytes(word: string): Buffer {
  return Buffer.from(`[${JSON.stringify(word)}`);
}

/**
 * The bytes of an entry: a checksum, then key and value as JSON. JSON and not a binary form, because it gives back every
 * string and every object key as it was (`__proto__`, lone surrogates). Numbers that are not finite come back as null.
 */
export function entryBytes(key: EntryKey, value: Plain): Buffer {
  const json = Buffer.from(JSON.stringify([key, value]));
  const bytes = Buffer.allocUnsafe(checkBytes + json.length);
  bytes.writeUInt32LE(crc32(json), 0);
  json.copy(bytes, checkBytes);
  return bytes;
}

/** The entry that the bytes hold, or undefined when they are damaged. */
export function entryOf(bytes: Buffer): readonly [EntryKey, Plain] | undefined {
  if (!isIntact(bytes)) return undefined;
  const entry: unknown = JSON.parse(bytes.toString("utf8", checkBytes));
  return isEntry(entry) ? entry : undefined;
}

/** Whether the bytes are what `entryBytes` made. */
export function isIntact(bytes: Buffer): boolean {
  return bytes.length >= checkBytes && bytes.readUInt32LE(0) === crc32(bytes.subarray(checkBytes));
}

/** What the checksum vouches for is what `entryBytes` wrote: no need to look further down. */
function isEntry(value: unknown): value is readonly [EntryKey, Plain] {
  return Array.isArray(value) && value.length === 2 && Array.isArray(value[0]);
}
