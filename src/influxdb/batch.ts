import { promisify } from "node:util";
import { gunzip, gzip, gzipSync } from "node:zlib";

const compress = promisify(gzip);
const inflate = promisify(gunzip);

/** Most lines of a batch, as InfluxDB's documentation advises. */
export const mostBatchLines = 5000;

/** Compressed lines, as they are posted. */
export interface Batch {
  readonly body: Buffer;
  readonly lines: number;
}

/** Compresses lines beside other work. */
export async function makeBatch(text: string, lines: number): Promise<Batch> {
  return { body: await compress(text), lines };
}

/** Compresses lines at once. */
export function makeBatchNow(text: string, lines: number): Batch {
  return { body: gzipSync(text), lines };
}

/** Makes two halves of a batch of several lines. */
export async function halvesOf({ body }: Batch): Promise<readonly [Batch, Batch]> {
  const all = (await inflate(body)).toString().split(/(?<=\n)/u);
  const middle = Math.ceil(all.length / 2);
  const half = (lines: readonly string[]): Promise<Batch> => makeBatch(lines.join(""), lines.length);
  return [await half(all.slice(0, middle)), await half(all.slice(middle))];
}
