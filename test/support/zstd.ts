import * as zlib from "node:zlib";

const compress: unknown = Reflect.get(zlib, "zstdCompressSync");

/** Whether this Node reads zstd; older ones refuse it. */
export const hasZstd = typeof compress === "function";

/** Content in a frame as zstd writes it: compressed where this Node can do that, else in blocks that are not. */
export function zstd(text: string | Buffer): Buffer {
  const packed: unknown = typeof compress === "function" ? Reflect.apply(compress, zlib, [text]) : undefined;
  return Buffer.isBuffer(packed) ? packed : rawFrame(text);
}

/** Content in a frame of blocks that are not compressed (RFC 8878): no size at its head, no checksum at its end. */
export function rawFrame(text: string | Buffer, blockBytes = 100_000): Buffer {
  const content = Buffer.from(text);
  const parts = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38])];
  for (let at = 0; at === 0 || at < content.length; at += blockBytes) {
    const block = content.subarray(at, at + blockBytes);
    const head = Buffer.alloc(3);
    head.writeUIntLE((block.length << 3) | Number(at + blockBytes >= content.length), 0, 3);
    parts.push(head, block);
  }
  return Buffer.concat(parts);
}

/** A frame that holds nothing that is to be read. */
export function skippedFrame(bytes: number): Buffer {
  const head = Buffer.from([0x53, 0x2a, 0x4d, 0x18, 0, 0, 0, 0]);
  head.writeUInt32LE(bytes, 4);
  return Buffer.concat([head, Buffer.alloc(bytes, 0x28)]);
}
