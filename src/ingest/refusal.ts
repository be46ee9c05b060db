import type { JsonValue } from "../serializable.ts";

/** A request that is not taken: the status, what the client is told, and the headers that go with it. */
export class Refused extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** What the answer holds besides the text. */
  readonly more: Readonly<Record<string, JsonValue>>;

  constructor(
    status: number,
    text: string,
    headers: Readonly<Record<string, string>> = {},
    more: Readonly<Record<string, JsonValue>> = {},
  ) {
    super(text);
    this.status = status;
    this.headers = headers;
    this.more = more;
  }
}

/** Refuses a request that may succeed as it is after so many seconds. */
export function refusedFor(status: 409 | 429 | 503, seconds: number, text: string): Refused {
  return new Refused(status, text, { "Retry-After": String(seconds) });
}
