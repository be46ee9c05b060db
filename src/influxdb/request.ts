import { readFile } from "node:fs/promises";
import type { InfluxTarget, Secret } from "../config/influxdb-target.ts";
import type { Clock } from "../clock.ts";
import { errorMessage } from "../problem.ts";
import { networkReason, outcomeOf, startOf, type Outcome } from "./answer.ts";

/** Address to which batches are posted; times are in seconds, which each version must be told. */
export function writeUrl(target: InfluxTarget): string {
  switch (target.api) {
    case "v1": {
      const { database, retentionPolicy } = target;
      return urlOf(`${target.url}/write`, {
        db: database,
        ...(retentionPolicy !== undefined && { rp: retentionPolicy }),
        precision: "s",
      });
    }
    case "v2":
      return urlOf(`${target.url}/api/v2/write`, { org: target.org, bucket: target.bucket, precision: "s" });
    case "v3":
      return urlOf(`${target.url}/api/v3/write_lp`, {
        db: target.database,
        precision: "second",
        accept_partial: "true",
        no_sync: "false",
      });
  }
}

function urlOf(base: string, parameters: Readonly<Record<string, string>>): string {
  return `${base}?${new URLSearchParams(parameters).toString()}`;
}

/** Reads what proves who we are, as it is now; undefined where there is no login. Throws where it cannot be read. */
async function authorization(target: InfluxTarget, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  if (target.api === "v1") {
    const { username, password } = target;
    if (username === undefined) return undefined;
    const word = password === undefined ? "" : await readSecret(password, env);
    return `Basic ${Buffer.from(`${username}:${word}`).toString("base64")}`;
  }
  if (target.token === undefined) return undefined;
  return `${target.api === "v2" ? "Token" : "Bearer"} ${await readSecret(target.token, env)}`;
}

async function readSecret(secret: Secret, env: NodeJS.ProcessEnv): Promise<string> {
  if ("env" in secret) {
    const word = env[secret.env];
    if (word === undefined || word === "") throw new Error(`the environment variable ${secret.env} is not set`);
    return word;
  }
  let text: string;
  try {
    text = (await readFile(secret.file, "utf8")).trim();
  } catch (error) {
    throw new Error(`cannot read the secret: ${errorMessage(error)}`, { cause: error });
  }
  if (text === "" || /[\r\n]/u.test(text)) throw new Error(`${secret.file} must hold the secret on one line`);
  return text;
}

/** What a request needs besides its server and its body. */
export interface RequestContext {
  readonly clock: Clock;
  readonly env: NodeJS.ProcessEnv;
  readonly withinMs: number;
  /** Ends the request before its time. */
  readonly abort?: AbortController;
}

/** Why a request without an answer is ended. */
const late = "late";

/**
 * Posts compressed lines. Tells the status of the answer as its code, `timeout` or `error` where there is none; undefined
 * where nothing was asked.
 */
export async function post(
  target: InfluxTarget,
  body: Buffer,
  { clock, env, withinMs, abort = new AbortController() }: RequestContext,
): Promise<{ readonly code: string | undefined; readonly outcome: Outcome }> {
  let header: string | undefined;
  try {
    header = await authorization(target, env);
  } catch (error) {
    return { code: undefined, outcome: { kind: "refused", reason: errorMessage(error) } };
  }
  const timer = setTimeout(() => {
    abort.abort(late);
  }, withinMs);
  try {
    const response = await fetch(writeUrl(target), {
      method: "POST",
      headers: {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Encoding": "gzip",
        ...(header !== undefined && { Authorization: header }),
      },
      body,
      // To follow one would make it a GET, or hand the secret to another server.
      redirect: "manual",
      signal: abort.signal,
    });
    const text = await startOf(response);
    return { code: String(response.status), outcome: outcomeOf(response.status, response.headers, text, clock()) };
  } catch (error) {
    const isLate = abort.signal.reason === late;
    const reason = isLate ? `no answer within ${withinMs / 1000} s` : networkReason(error);
    return { code: isLate ? "timeout" : "error", outcome: { kind: "later", reason, afterMs: undefined } };
  } finally {
    clearTimeout(timer);
  }
}
