import type { IncomingHttpHeaders } from "node:http";
import { attributesOf, eventKey, isBinaryEvent, isRequest, structured } from "./cloud-event.ts";
import { elementsOf, joinLines, onlyValue, type Span } from "./json-values.ts";
import { Refused } from "./refusal.ts";

/** An event of a body: bytes that the decoder takes for a line. */
export interface PostedLine extends Span {
  /** From 1: the line of the body, or the element of its array. */
  readonly number: number;
  /** What tells a CloudEvent from others; undefined for other events. */
  readonly key?: string;
  /** True for what a model was asked, which holds no prediction. */
  readonly isRequest?: boolean;
}

/** Events of a body. */
export interface Posted {
  readonly bytes: Buffer;
  readonly lines: readonly PostedLine[];
}

/** A way to write events into a body. */
interface BodyForm {
  /** Finds the events of a body, and of more than `most` one too many. */
  readonly read: (bytes: Buffer, most: number) => readonly PostedLine[];
  /** The status of success: KServe's logger takes anything but 200 for a failure. */
  readonly success: 200 | 202;
}

const lines: BodyForm = { read: linesOf, success: 202 };
const forms: ReadonlyMap<string, BodyForm> = new Map<string, BodyForm>([
  ["application/x-ndjson", lines],
  ["application/jsonl", lines],
  ["application/json", { read: valuesOf, success: 202 }],
  ["application/cloudevents+json", { read: (bytes) => [eventOf(bytes, only(bytes), 1, "the event")], success: 200 }],
  ["application/cloudevents-batch+json", { read: batchOf, success: 202 }],
]);

/** Reader of the events of one request. */
export interface PostedForm {
  /** Reads a body of at most so many events. Throws a `Refused` for a body with more, or in another form. */
  readonly read: (body: Buffer, most: number) => Posted;
  readonly success: 200 | 202;
}

/** Tells by its headers how the events stand in a body. Throws a `Refused` for a type that is not known. */
export function formOf(headers: IncomingHttpHeaders): PostedForm {
  const [type = "", ...parameters] = (headers["content-type"] ?? "")
    .split(";")
    .map((part) => part.trim().toLowerCase());
  if (!type.startsWith("application/cloudevents") && isBinaryEvent(headers)) {
    return { read: (body) => binaryEvent(headers, body), success: 200 };
  }
  const form = forms.get(type);
  if (form === undefined) {
    const what = type === "" ? "no Content-Type" : `the Content-Type ${type}`;
    throw new Refused(415, `${what}; expected one of ${[...forms.keys()].join(", ")}, or a CloudEvent in binary mode`);
  }
  const charset = parameters
    .find((parameter) => parameter.startsWith("charset="))
    ?.slice(8)
    .replaceAll('"', "");
  if (charset !== undefined && charset !== "utf-8" && charset !== "utf8" && charset !== "us-ascii") {
    throw new Refused(415, `the charset ${charset}; expected utf-8`);
  }
  return {
    success: form.success,
    read: (bytes, most) => {
      if (form !== lines) joinLines(bytes);
      const events = form.read(bytes, most);
      if (events.length <= most) return { bytes, lines: events };
      throw new Refused(413, `the body holds more than ${most} events (http.maxEvents); send fewer at once`);
    },
  };
}

function binaryEvent(headers: IncomingHttpHeaders, body: Buffer): Posted {
  const { bytes, attributes } = structured(headers, body);
  joinLines(bytes);
  const what = { key: eventKey(attributes), isRequest: isRequest(attributes) };
  return { bytes, lines: [{ number: 1, start: 0, end: bytes.length, ...what }] };
}

function linesOf(bytes: Buffer, most: number): PostedLine[] {
  const found: PostedLine[] = [];
  let number = 0;
  for (let start = 0; start < bytes.length && found.length <= most;) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline < 0 ? bytes.length : newline;
    number++;
    // Most blank lines are empty; the decoder knows the others.
    if (end > start && !(end === start + 1 && bytes[start] === 0x0d)) found.push({ number, start, end });
    start = end + 1;
  }
  return found;
}

function valuesOf(bytes: Buffer, most: number): PostedLine[] {
  const value = only(bytes);
  if (bytes[value.start] !== 0x5b) return [{ number: 1, ...value }];
  return elements(bytes, value, most).map((span, index) => ({ number: index + 1, ...span }));
}

function batchOf(bytes: Buffer, most: number): PostedLine[] {
  return elements(bytes, only(bytes), most).map((span, index) => eventOf(bytes, span, index + 1, `event ${index + 1}`));
}

function eventOf(bytes: Buffer, span: Span, number: number, place: string): PostedLine {
  const attributes = attributesOf(bytes, span, place);
  return { number, ...span, key: eventKey(attributes), isRequest: isRequest(attributes) };
}

function only(bytes: Buffer): Span {
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  const value = onlyValue(bytes, { start, end: bytes.length });
  if (value === undefined)
    throw new Refused(400, "the body is not JSON: expected one value, from its start to its end");
  return value;
}

function elements(bytes: Buffer, span: Span, most: number): Span[] {
  const found = elementsOf(bytes, span, most);
  if (found === undefined) throw new Refused(400, "the body is not JSON: expected an array of events");
  return found;
}
