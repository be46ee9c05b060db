import type { IncomingMessage } from "node:http";
import type { Request, Response } from "express";
import { faultPoint } from "../fault-points.ts";
import { checkLength, discardBody, isCompressed, readBody } from "../ingest/body.ts";
import { shortHash } from "../ingest/cloud-event.ts";
import type { Intake, Reception } from "../ingest/intake.ts";
import { formOf } from "../ingest/posted.ts";
import { Refused, refusedFor } from "../ingest/refusal.ts";
import type { Taken } from "../ingest/endpoint.ts";
import { otherSiteRefusal } from "./request-guards.ts";

/** How long a body may take (ms). */
const bodyMs = 30_000;
/** Longest Idempotency-Key. */
const maxKeyLength = 255;

/** What the path of events works with. */
export interface EventsOptions {
  readonly intake: Intake;
  /** Resolves after a commit of all that is counted by now, to true if it is durable. */
  readonly durable: () => Promise<boolean>;
  /** Who may ask the server, by `--web.config.file`; undefined without one. */
  readonly access: WebLogin | undefined;
  /** True where only programs of this machine reach the server. */
  readonly isLocal: boolean;
}

/** Who may ask the server: a login opens the path of events as a token does. */
export interface WebLogin {
  /** True where a request needs a login or a certificate. */
  readonly demandsLogin: boolean;
  /** Why a request is refused; undefined for one that may pass. */
  refusal(request: IncomingMessage): Promise<
    | {
        readonly status: number;
        readonly headers: Readonly<Record<string, string>>;
        readonly text: string;
      }
    | undefined
  >;
}

/** Makes the handler of `POST /api/v1/events`: it answers once the events are durable. */
export function eventsHandler(options: EventsOptions): (request: Request, response: Response) => Promise<void> {
  const { stats } = options.intake;
  return async (request, response) => {
    try {
      const { status, answer, isReplayed } = await receive(request, options);
      if (isReplayed) response.set("Idempotency-Replayed", "true");
      stats.request(status);
      response.once("finish", () => {
        faultPoint("answered");
      });
      response.status(status).json(answer);
    } catch (error) {
      if (error instanceof Refused) await refuse(request, response, error, options.intake);
      // A connection that has ended has nobody to answer to; a request counts as destroyed as soon as its body is read.
      else if (!response.destroyed) throw error;
    }
  };
}

/** Refuses a request when its body is out of the way, so that the client comes to read why. */
async function refuse(request: Request, response: Response, refused: Refused, { stats }: Intake): Promise<void> {
  const { status, headers, message, more } = refused;
  stats.request(status);
  // What trickles in would do so for another while.
  const isWhole = status === 408 ? false : await discardBody(request);
  const answer = JSON.stringify({ error: message, ...more });
  response
    .status(status)
    .set(headers)
    .type("json")
    .set("Content-Length", String(Buffer.byteLength(answer)));
  if (isWhole) {
    response.end(answer);
    return;
  }
  response.set("Connection", "close");
  response.once("finish", () => request.destroy());
  // A connection that is closed while more comes in is reset, and takes the answer with it before it is read.
  response.write(answer);
  await discardBody(request);
  response.end();
}

async function receive(request: Request, options: EventsOptions): Promise<Taken> {
  const { intake, durable } = options;
  const { reception } = intake;
  if (reception === undefined) throw noSource();
  if (request.method !== "POST") throw new Refused(405, "Allowed methods: POST.", { Allow: "POST" });
  const refusal = otherSiteRefusal(request);
  if (refusal !== undefined) throw new Refused(refusal.status, refusal.text.trim());
  await authorize(request, reception, options);
  intake.admit();
  const { maxBodyBytes, maxQueuedBytes } = reception.options;
  const form = formOf(request.headers);
  isCompressed(request);
  checkLength(request, maxBodyBytes);
  const isPartial = isTrue(request.query["partial"]);
  const key = keyOf(request);
  if (key !== undefined && intake.running.has(key)) {
    throw refusedFor(409, 1, "a request with this Idempotency-Key is being answered; try again");
  }
  if (key !== undefined) intake.running.add(key);
  const queued = intake.queue.open(maxQueuedBytes);
  try {
    const body = await readBody(request, { maxBytes: maxBodyBytes, timeoutMs: bodyMs }, queued);
    faultPoint("received");
    const endpoint = await intake.endpoint();
    if (endpoint === undefined) throw noSource();
    const taken = endpoint.take((most) => form.read(body, most), body, { key, isPartial, success: form.success });
    const since = performance.now();
    // Also for an answer that is repeated: what it speaks of may not be durable yet.
    if (!(await durable())) {
      throw refusedFor(503, 5, "the events are counted, but could not be written down; try again with the same key");
    }
    intake.stats.commit((performance.now() - since) / 1000);
    faultPoint("kept");
    return taken;
  } finally {
    queued.release();
    if (key !== undefined) intake.running.delete(key);
  }
}

/** Lets in who bears a token, or the login that the server demands; where there are neither, programs of this machine. */
async function authorize(request: Request, { tokens }: Reception, { access, isLocal }: EventsOptions): Promise<void> {
  if (tokens?.admits(request.headers.authorization) === true) return;
  const refusal = await access?.refusal(request);
  if (refusal !== undefined && refusal.status !== 401) {
    throw new Refused(refusal.status, refusal.text.trim(), refusal.headers);
  }
  if (refusal === undefined && (access?.demandsLogin === true || (tokens === undefined && isLocal))) return;
  throw new Refused(401, "expected one of the tokens of http.tokensFile, as Authorization: Bearer TOKEN, or a login", {
    "WWW-Authenticate": "Bearer, Basic",
  });
}

/** Hash of the Idempotency-Key, if the request has one. */
function keyOf({ headers }: Request): string | undefined {
  const given = headers["idempotency-key"];
  if (given === undefined) return undefined;
  const text = String(given).trim();
  if (text === "" || text.length > maxKeyLength) {
    throw new Refused(400, `Idempotency-Key: expected 1 to ${maxKeyLength} characters`);
  }
  return shortHash(text);
}

function isTrue(parameter: unknown): boolean {
  return parameter === "1" || parameter === "true" || parameter === "";
}

function noSource(): Refused {
  return new Refused(404, "no source of the config takes events by HTTP; add one: { name, http: {}, fields }");
}
