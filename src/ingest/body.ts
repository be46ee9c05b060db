import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { errorCode } from "../problem.ts";
import type { Reservation } from "./byte-queue.ts";
import { Refused, refusedFor } from "./refusal.ts";

/** How long a refused body is read and thrown away, so that the client comes to read the answer, and how much of it. */
const discardMs = 2000;
const discardBytes = 16 * 1024 * 1024;

/** Limits of a body. */
export interface BodyLimits {
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

/** Tells whether a body is compressed. Throws a `Refused` for an encoding that is not known. */
export function isCompressed({ headers }: IncomingMessage): boolean {
  const encoding = headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
  if (encoding === "gzip" || encoding === "x-gzip") return true;
  if (encoding === "identity" || encoding === "") return false;
  throw new Refused(415, "expected no Content-Encoding, or gzip", { "Accept-Encoding": "gzip" });
}

/** Refuses a body that is too large by its Content-Length. */
export function checkLength({ headers }: IncomingMessage, maxBytes: number): void {
  if (Number(headers["content-length"] ?? 0) > maxBytes) throw tooLarge(maxBytes);
}

/**
 * Reads a body, and inflates it. Rejects with a `Refused` where it is too large, does not come in time, or is no gzip, and with
 * another error when the connection ends before it.
 */
export async function readBody(
  request: IncomingMessage,
  { maxBytes, timeoutMs }: BodyLimits,
  queue: Reservation,
): Promise<Buffer> {
  const gzip = isCompressed(request);
  const expected = Number(request.headers["content-length"] ?? 0);
  if (!queue.resize(expected)) throw queueFull();
  const parts: Buffer[] = [];
  let bytes = 0;
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      stop(new Refused(408, `the body did not come within ${timeoutMs / 1000} seconds`));
    }, timeoutMs);
    const take = (part: Buffer): void => {
      bytes += part.length;
      if (bytes > maxBytes) stop(tooLarge(maxBytes));
      else if (bytes > expected && !queue.resize(bytes)) stop(queueFull());
      else parts.push(part);
    };
    const end = (): void => {
      stop(undefined);
    };
    const cut = (): void => {
      stop(new Error("the connection ended before the body"));
    };
    const stop = (error: Error | undefined): void => {
      clearTimeout(timer);
      request.off("data", take).off("end", end).off("close", cut).off("error", cut);
      // What a later reset says is of no use any more.
      request.on("error", () => undefined);
      request.pause();
      if (error === undefined) resolve();
      else reject(error);
    };
    request.on("data", take).on("end", end).on("close", cut).on("error", cut);
  });
  const body = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
  if (!gzip) return body;
  const inflated = await inflateInTurn(body, maxBytes);
  if (!queue.resize(inflated.length)) throw queueFull();
  return inflated;
}

/** Reads what is left of a refused body and throws it away, within bounds. Returns whether all of it has come. */
export async function discardBody(request: IncomingMessage): Promise<boolean> {
  if (request.complete || request.destroyed) {
    request.resume();
    return request.complete;
  }
  await new Promise<void>((resolve) => {
    let bytes = 0;
    const take = (part: Buffer): void => {
      bytes += part.length;
      if (bytes > discardBytes) stop();
    };
    const stop = (): void => {
      clearTimeout(timer);
      request.off("data", take).off("end", stop).off("close", stop);
      request.pause();
      resolve();
    };
    const timer = setTimeout(stop, discardMs);
    request.on("error", () => undefined);
    request.on("data", take).on("end", stop).on("close", stop);
    request.resume();
  });
  return request.complete;
}

const inflate = promisify(gunzip);
let turn: Promise<unknown> = Promise.resolve();

/** Inflates one body at a time: what it will take is not known before. */
async function inflateInTurn(bytes: Buffer, maxBytes: number): Promise<Buffer> {
  const inflated = turn.then(() => inflate(bytes, { maxOutputLength: maxBytes }));
  turn = inflated.catch(() => undefined);
  try {
    return await inflated;
  } catch (error) {
    if (errorCode(error) === "ERR_BUFFER_TOO_LARGE") throw tooLarge(maxBytes);
    throw new Refused(400, "the body is not gzip, or damaged, though its Content-Encoding says so");
  }
}

function tooLarge(maxBytes: number): Refused {
  return new Refused(413, `the body is larger than ${maxBytes} bytes (http.maxBodyBytes); send fewer events at once`);
}

function queueFull(): Refused {
  return refusedFor(429, 1, "too many bytes wait to be counted (http.maxQueuedBytes); try again");
}
