/** Error in compressed data, with the code that zlib gives for the same. */
export class ArchiveError extends Error {
  readonly code: "Z_BUF_ERROR" | "Z_DATA_ERROR";

  constructor(code: ArchiveError["code"], message: string) {
    super(message);
    this.name = "ArchiveError";
    this.code = code;
  }
}

/** Some bytes of a frame, in order. */
export interface FramePart {
  readonly bytes: Buffer;
  /** True if the frame ends with these bytes. */
  readonly isEnd: boolean;
}

const magic = 0xfd2fb528;
const magicInBytes = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
const skippableMagic = 0x184d2a50;
const magicBytes = 4;
/** Bytes of the dictionary's number, and of the size of the content, by their flags in the descriptor. */
const dictionaryBytes = [0, 1, 2, 4];
const sizeBytes = [0, 2, 4, 8];
const rawRun = 1;
const reservedType = 3;

type Step =
  "magic" | "descriptor" | "header" | "block" | "content" | "checksum" | "skipped size" | "skipped" | "padding";

/**
 * Finds the frames in the bytes of a `.zst` file (RFC 8878). Node unpacks one frame alone: it leaves out those behind it
 * without a word, and a frame that is cut short passes for a whole one.
 */
export class ZstdFrames {
  #step: Step = "magic";
  /** Bytes that the step still needs. */
  #left = magicBytes;
  /** Bytes of the step so far, where it needs to know them. */
  #head: Buffer = Buffer.alloc(0);
  #hasChecksum = false;
  #isLastBlock = false;
  #blocks = 0;

  /** Blocks so far, each of which holds at most 128 KiB. */
  get blocks(): number {
    return this.#blocks;
  }

  /** True if the bytes so far end with a frame. */
  get isWhole(): boolean {
    return this.#step === "padding" || (this.#step === "magic" && this.#head.every((byte) => byte === 0));
  }

  /** True if frames are followed by zeros. */
  get isPadding(): boolean {
    return this.#step === "padding";
  }

  /** Takes the next bytes; returns those of frames. Throws an `ArchiveError` where no frame can go on so. */
  push(chunk: Buffer): FramePart[] {
    const parts: FramePart[] = [];
    let from = 0;
    for (let at = 0; at < chunk.length;) {
      const wasFrame = this.#isInFrame();
      const next = Math.min(chunk.length, at + this.#left);
      this.#take(chunk.subarray(at, next));
      at = next;
      const isFrame = this.#isInFrame();
      if (isFrame && !wasFrame) {
        parts.push({ bytes: magicInBytes, isEnd: false });
        from = at;
      }
      if (wasFrame && !isFrame) parts.push({ bytes: chunk.subarray(from, at), isEnd: true });
    }
    if (this.#isInFrame() && from < chunk.length) parts.push({ bytes: chunk.subarray(from), isEnd: false });
    return parts;
  }

  #isInFrame(): boolean {
    return !["magic", "skipped size", "skipped", "padding"].includes(this.#step);
  }

  #take(bytes: Buffer): void {
    this.#left -= bytes.length;
    const mustKnow = ["magic", "descriptor", "block", "skipped size"].includes(this.#step);
    if (mustKnow) this.#head = Buffer.concat([this.#head, bytes]);
    if (this.#step === "padding" && bytes.some((byte) => byte !== 0))
      throw damaged("there is something behind its end");
    if (this.#left === 0) this.#advance();
  }

  #advance(): void {
    switch (this.#step) {
      case "magic":
        this.#readMagic(this.#head.readUInt32LE());
        return;
      case "descriptor":
        this.#readDescriptor(this.#head.readUInt8());
        return;
      case "header":
        this.#go("block", 3);
        return;
      case "block":
        this.#readBlock(this.#head.readUIntLE(0, 3));
        return;
      case "content":
        if (!this.#isLastBlock) this.#go("block", 3);
        else if (this.#hasChecksum) this.#go("checksum", 4);
        else this.#go("magic", magicBytes);
        return;
      case "skipped size":
        this.#go("skipped", this.#head.readUInt32LE());
        return;
      case "checksum":
      case "skipped":
      case "padding":
        this.#go("magic", magicBytes);
    }
  }

  #readMagic(word: number): void {
    if (word === magic) this.#go("descriptor", 1);
    else if ((word & ~0xf) >>> 0 === skippableMagic) this.#go("skipped size", 4);
    else if (word === 0) this.#go("padding", Infinity);
    else throw damaged("it is not zstd");
  }

  #readDescriptor(flags: number): void {
    const isSingle = (flags & 0x20) !== 0;
    this.#hasChecksum = (flags & 0x04) !== 0;
    const size = sizeBytes[flags >> 6] ?? 0;
    const window = isSingle ? Number(size === 0) : 1;
    this.#go("header", window + (dictionaryBytes[flags & 3] ?? 0) + size);
  }

  #readBlock(word: number): void {
    this.#blocks++;
    this.#isLastBlock = (word & 1) === 1;
    const type = (word >> 1) & 3;
    if (type === reservedType) throw damaged("a block is of no known type");
    this.#go("content", type === rawRun ? 1 : word >> 3);
  }

  #go(step: Step, bytes: number): void {
    this.#step = step;
    this.#left = bytes;
    this.#head = Buffer.alloc(0);
    if (bytes === 0) this.#advance();
  }
}

/** Returns how many bytes are in the first frame, where its first bytes say so. */
export function contentSizeOf(head: Buffer): number | undefined {
  if (head.length < magicBytes + 1 || head.readUInt32LE() !== magic) return undefined;
  const flags = head.readUInt8(magicBytes);
  const isSingle = (flags & 0x20) !== 0;
  const at = magicBytes + 1 + (isSingle ? 0 : 1) + (dictionaryBytes[flags & 3] ?? 0);
  const bytes = sizeBytes[flags >> 6] ?? 0;
  if (head.length < at + Math.max(1, bytes)) return undefined;
  if (bytes === 0) return isSingle ? head.readUInt8(at) : undefined;
  // Two bytes count from where one has left off.
  if (bytes === 2) return head.readUInt16LE(at) + 256;
  return bytes === 4 ? head.readUInt32LE(at) : Number(head.readBigUInt64LE(at));
}

/** Tells whether bytes begin like a `.zst` file. */
export function isZstd(head: Buffer): boolean {
  if (head.length < magicBytes) return false;
  const word = head.readUInt32LE();
  return word === magic || (word & ~0xf) >>> 0 === skippableMagic;
}

/** Makes the error of damaged data. */
export function damaged(what: string): ArchiveError {
  return new ArchiveError("Z_DATA_ERROR", what);
}

/** Makes the error of data that is cut short. */
export function cutShort(): ArchiveError {
  return new ArchiveError("Z_BUF_ERROR", "unexpected end of file");
}
