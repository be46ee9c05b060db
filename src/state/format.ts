import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import type { EntryKey, SavedEntry, SavedValue } from "../serializable.ts";

/** The store's format version; bumped when an older release can no longer read the entries. */
export const formatVersion = 2;

/** Oldest format version that this release reads. */
export const oldestVersion = 1;

/** The key of the format version. */
export const formatKey = Buffer.from("#format");

/** Tells entry keys from the store's own keys. */
export function isEntryKey(key: Buffer): boolean {
  return key[0] === 0x5b;
}

/** LMDB limits keys to 1978 bytes; longer ones are hashed, with the full key in the value. */
const maxKeyBytes = 1000;
const checkBytes = 4;

/** Encodes a key as JSON, which keeps all entries of a stage adjacent. */
export function keyBytes(key: EntryKey): Buffer {
  const bytes = Buffer.from(JSON.stringify(key));
  if (bytes.length <= maxKeyBytes) return bytes;
  const hash = createHash("sha256").update(bytes).digest("hex");
  return Buffer.concat([prefixBytes(String(key[0])), Buffer.from(`,#${hash}`)]);
}

/** Common prefix of all keys of a stage. */
export function prefixBytes(prefix: string): Buffer {
  return Buffer.from(`[${JSON.stringify(prefix)}`);
}

/** First byte of an entry whose value is bytes; that of one in JSON is `[`. */
const bytesMark = 0;
const lengthBytes = 2;

/**
 * Encodes an entry: a checksum, then key and value as JSON. JSON preserves every string and object key (`__proto__`, lone
 * surrogates), unlike common binary formats; non-finite numbers become null. Of a value of bytes, the mark, the length of
 * the key, the key as JSON, and the bytes.
 */
export function entryBytes(key: EntryKey, value: SavedValue): Buffer {
  const entry = value instanceof Uint8Array ? withKey(key, value) : inJson(JSON.stringify([key, value]));
  entry.writeUInt32LE(crc32(entry.subarray(checkBytes)), 0);
  return entry;
}

/** An entry in JSON, with room for the checksum. */
function inJson(text: string): Buffer {
  const entry = Buffer.allocUnsafe(checkBytes + Buffer.byteLength(text));
  entry.write(text, checkBytes);
  return entry;
}

/** An entry of bytes, with room for the checksum. */
function withKey(key: EntryKey, value: Uint8Array): Buffer {
  const name = JSON.stringify(key);
  const nameBytes = Buffer.byteLength(name);
  const start = checkBytes + 1 + lengthBytes;
  const entry = Buffer.allocUnsafe(start + nameBytes + value.length);
  entry[checkBytes] = bytesMark;
  entry.writeUInt16LE(nameBytes, checkBytes + 1);
  entry.write(name, start);
  entry.set(value, start + nameBytes);
  return entry;
}

/** Decodes an entry; undefined when the bytes are damaged. */
export function parseEntry(bytes: Buffer): SavedEntry | undefined {
  if (!isIntact(bytes)) return undefined;
  if (bytes[checkBytes] === bytesMark) return parseBytes(bytes);
  const entry: unknown = JSON.parse(bytes.toString("utf8", checkBytes));
  return isEntry(entry) ? entry : undefined;
}

function parseBytes(bytes: Buffer): SavedEntry | undefined {
  const start = checkBytes + 1 + lengthBytes;
  const end = start + bytes.readUInt16LE(checkBytes + 1);
  const entry: unknown = [JSON.parse(bytes.toString("utf8", start, end)), null];
  return isEntry(entry) ? [entry[0], bytes.subarray(end)] : undefined;
}

/** Verifies the checksum of an encoded entry. */
export function isIntact(bytes: Buffer): boolean {
  return bytes.length >= checkBytes && bytes.readUInt32LE(0) === crc32(bytes.subarray(checkBytes));
}

/** Checks only the outer shape, since the checksum vouches for the rest. */
function isEntry(value: unknown): value is SavedEntry {
  return Array.isArray(value) && value.length === 2 && Array.isArray(value[0]);
}
