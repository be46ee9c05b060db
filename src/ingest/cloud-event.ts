import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { membersOf, onlyValue, textOf, type Span } from "./json-values.ts";
import { Refused } from "./refusal.ts";

/** What tells an event from another. */
interface Attributes {
  readonly specversion: string;
  readonly id: string;
  readonly source: string;
  readonly type: string;
}

const required = ["specversion", "id", "source", "type"] as const;
/** Attributes of a binary event are headers of this prefix. */
const prefix = "ce-";

/** Tells whether a request is an event in binary mode: its attributes are headers, and its body is the data alone. */
export function isBinaryEvent(headers: IncomingHttpHeaders): boolean {
  return headers[`${prefix}specversion`] !== undefined;
}

/** Hash of what tells an event from others: its source, id and type; KServe's request and response share the first two. */
export function eventKey({ source, id, type }: Pick<Attributes, "source" | "id" | "type">): string {
  return shortHash(JSON.stringify([source, id, type]));
}

/** Hash for keys, of 128 bits. */
export function shortHash(text: string | Buffer): string {
  return createHash("sha256").update(text).digest().subarray(0, 16).toString("base64url");
}

/** Tells whether an event holds what a model was asked, and not what it answered. */
export function isRequest({ type }: Pick<Attributes, "type">): boolean {
  return type.endsWith(".inference.request");
}

/** Reads the attributes of an event in the structured form. Throws a `Refused` for one without a required attribute. */
export function attributesOf(bytes: Buffer, span: Span, place: string): Attributes {
  const members = membersOf(bytes, span, required);
  if (members === undefined) throw new Refused(400, `${place}: expected a JSON object`);
  return checked((name) => {
    const value = members.get(name);
    return value && textOf(bytes, value);
  }, place);
}

/** Brings a binary event into the structured form, so that one mapping of fields serves both. */
export function structured(headers: IncomingHttpHeaders, body: Buffer): { bytes: Buffer; attributes: Attributes } {
  const named = new Map<string, string>();
  for (const [header, value] of Object.entries(headers)) {
    if (header.startsWith(prefix) && typeof value === "string") {
      named.set(header.slice(prefix.length), decoded(header, value));
    }
  }
  const attributes = checked((name) => named.get(name), "the headers of the event", prefix);
  const type = headers["content-type"];
  if (type !== undefined) named.set("datacontenttype", type);
  named.delete("data");
  named.delete("data_base64");
  const parts = [...named].map(([name, value]) => Buffer.from(`${JSON.stringify(name)}:${JSON.stringify(value)},`));
  return { attributes, bytes: Buffer.concat([Buffer.from("{"), ...parts, ...dataOf(body, type), Buffer.from("}")]) };
}

/** The data as a member: JSON as it stands, whatever type is given, since KServe's answers bear that of their request. */
function dataOf(body: Buffer, type: string | undefined): Buffer[] {
  const whole = { start: 0, end: body.length };
  const value = onlyValue(body, whole);
  if (value !== undefined && [0x7b, 0x5b].includes(body[value.start] ?? 0)) {
    return [Buffer.from('"data":'), body.subarray(value.start, value.end)];
  }
  if (/\bjson\b/iu.test(type ?? "") && body.length > 0) {
    if (value === undefined) throw new Refused(400, "the data of the event: expected JSON, as its Content-Type says");
    return [Buffer.from('"data":'), body.subarray(value.start, value.end)];
  }
  return [Buffer.from(`"data_base64":${JSON.stringify(body.toString("base64"))}`)];
}

function checked(find: (name: string) => string | undefined, place: string, before = ""): Attributes {
  const [specversion, id, source, type] = required.map((name) => {
    const value = find(name);
    if (value === undefined || value === "") {
      throw new Refused(400, `${place}: expected a text as the CloudEvents attribute ${before}${name}`);
    }
    return value;
  });
  if (specversion !== "1.0" && specversion !== "0.3") {
    throw new Refused(400, `${place}: expected the CloudEvents version 1.0 as ${before}specversion`);
  }
  return { specversion, id: id ?? "", source: source ?? "", type: type ?? "" };
}

/** Decodes a header once, as the HTTP binding of CloudEvents has it: percent-encoded UTF-8. */
function decoded(header: string, value: string): string {
  try {
    // Headers come as Latin-1; bytes beyond ASCII that were not encoded are UTF-8 all the same.
    return decodeURIComponent(Buffer.from(value, "latin1").toString("utf8"));
  } catch {
    throw new Refused(400, `${header}: expected percent-encoded UTF-8`);
  }
}
