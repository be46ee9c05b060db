import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import type { EntryKey, JsonValue } from "../serializable.ts";

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

/**
 * Encodes an entry: a checksum, then key and value as JSON. JSON preserves every string and object key (`__proto__`, lone
 * surrogates), unlike common binary formats; non-finite numbers become null.
 */
export function entryBytes(key: EntryKey, value: JsonValue): Buffer {
  const json = Buffer.from(JSON.stringify([key, value]));
  const bytes = Buffer.allocUnsafe(checkBytes + json.length);
  bytes.writeUInt32LE(crc32(json), 0);
  json.copy(bytes, checkBytes);
  return bytes;
}

/** Decodes an entry; undefined when the bytes are damaged. */
export function parseEntry(bytes: Buffer): readonly [EntryKey, JsonValue] | undefined {
  if (!isIntact(bytes)) return undefined;
  const entry: unknown = JSON.parse(bytes.toString("utf8", checkBytes));
  return isEntry(entry) ? entry : undefined;
}

/** Verifies the checksum of an encoded entry. */
export function isIntact(bytes: Buffer): boolean {
  return bytes.length >= checkBytes && bytes.readUInt32LE(0) === crc32(bytes.subarray(checkBytes));
}

/** Checks only the outer shape, since the checksum vouches for the rest. */
function isEntry(value: unknown): value is readonly [EntryKey, JsonValue] {
  return Array.isArray(value) && value.length === 2 && Array.isArray(value[0]);
}
