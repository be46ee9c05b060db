import { types } from "node:util";
import { errorMessage } from "../problem.ts";

/** What an answer to a batch of lines means. */
export type Outcome =
  /** The server has the lines, but for those that it rejects for good. */
  | { readonly kind: "taken"; readonly rejected: number | "all"; readonly reason?: string }
  /** The server will take the batch later. */
  | { readonly kind: "later"; readonly reason: string; readonly afterMs: number | undefined }
  /** The server takes nothing until somebody mends the config or the server. */
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "too large" };

/** Longest time that a server may put us off (ms). */
const longestPutOffMs = 3_600_000;

/** Tells what an answer means; `text` is the start of its body, `now` Unix milliseconds. */
export function outcomeOf(status: number, headers: Pick<Headers, "get">, text: string, now: number): Outcome {
  const reason = `${status}${reasonOf(text)}`;
  if (status >= 200 && status < 300) return { kind: "taken", rejected: 0 };
  if (status === 413) return { kind: "too large" };
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    return { kind: "later", reason, afterMs: putOff(headers.get("retry-after"), now) };
  }
  // A server that sends us elsewhere, or knows no such path or database, is mended by people.
  if (status < 400 || status === 401 || status === 403 || status === 404 || status === 405 || status === 407) {
    return { kind: "refused", reason };
  }
  return { kind: "taken", rejected: rejectedLines(text), reason };
}

/** The wait that a server asks for (ms): seconds, or a date. */
function putOff(retryAfter: string | null, now: number): number | undefined {
  if (retryAfter === null) return undefined;
  const ms = /^\s*\d+\s*$/u.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now;
  return Number.isNaN(ms) ? undefined : Math.max(0, Math.min(ms, longestPutOffMs));
}

/** Counts the rejected lines by what a server says of them; all where it does not say. */
function rejectedLines(text: string): number | "all" {
  const [, dropped] = /\bdropped=(\d+)/u.exec(text) ?? [];
  const unparsed = text.split("unable to parse '").length - 1;
  if (dropped !== undefined || unparsed > 0) return Number(dropped ?? 0) + unparsed;
  const { data } = parsed(text);
  return Array.isArray(data) && data.length > 0 ? data.length : "all";
}

/** The server's own words, in each version's form, on one line. */
function reasonOf(text: string): string {
  const { error, message, data } = parsed(text);
  const first: unknown = Array.isArray(data) ? data[0] : undefined;
  const detail = isObject(first) && typeof first["error_message"] === "string" ? `: ${first["error_message"]}` : "";
  const said = [message, error].find((word) => typeof word === "string" && word !== "");
  const words = typeof said === "string" ? said + detail : text;
  const line = words.replace(/\s+/gu, " ").trim();
  return line === "" ? "" : `: ${line.length > 300 ? `${line.slice(0, 300)}…` : line}`;
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** Bytes of an answer that are read: what a server says beyond them is of no use. */
const mostAnswerBytes = 65_536;

/** Reads the start of an answer's body. */
export async function startOf(response: Response): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  const body: AsyncIterable<Uint8Array> | undefined = response.body ?? undefined;
  if (body === undefined) return "";
  for await (const part of body) {
    const chunk = Buffer.from(part);
    parts.push(chunk);
    bytes += chunk.length;
    if (bytes >= mostAnswerBytes) break;
  }
  return Buffer.concat(parts).toString();
}

/** Words why there was no answer: what fetch throws has the reason in its cause. */
export function networkReason(error: unknown): string {
  const cause = types.isNativeError(error) ? error.cause : undefined;
  return cause === undefined ? errorMessage(error) : errorMessage(cause);
}
