import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { Server as SecureServer, type ServerOptions } from "node:https";
import type { Server } from "node:http";
import type { Log } from "../log.ts";
import { errorMessage, Problem } from "../problem.ts";
import { TokenBucket } from "../token-bucket.ts";
import { bcryptInThread, type Compare } from "./bcrypt.ts";
import { certificateFault } from "./client-certificate.ts";
import { Logins } from "./logins.ts";
import { Steady } from "./steady.ts";
import { makeTlsContext, type TlsContext } from "./tls-context.ts";
import type { WebConfig } from "./web-config.ts";
import { readWebFiles, type WebFiles } from "./web-files.ts";

/** Interval at which the files of a web config are looked at (ms). */
const pollMs = 1000;

const challenge = 'Basic realm="model-quality-exporter", charset="UTF-8"';

/** Answer to a request that is refused. */
export interface WebRefusal {
  readonly status: 401 | 403 | 429;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** A web config in use. */
interface InUse {
  readonly config: WebConfig;
  readonly tls: TlsContext | undefined;
  readonly logins: Logins;
  readonly rate: TokenBucket | undefined;
}

/**
 * Who may ask the server and how, by a web config in exporter-toolkit's format. The files are read again when they change; a
 * fault in them leaves the previous ones in use, and the log says so.
 */
export class WebAccess {
  readonly #file: string;
  readonly #log: Log;
  readonly #compare: Compare = bcryptInThread();
  #inUse: InUse;
  /** What the files hold: their digest, or their fault. */
  readonly #steady: Steady;

  private constructor(file: string, log: Log, files: WebFiles) {
    this.#file = file;
    this.#log = log;
    this.#inUse = this.#take(files);
    this.#steady = new Steady(digestOf(files));
    if (files.config.http2) log.info({ file }, "HTTP/2 is not offered: clients use HTTP/1.1");
    this.#warnOfEnd();
  }

  /** Reads a web config; throws a `Problem` (exit code 2) for any fault. */
  static async load(file: string, log: Log): Promise<WebAccess> {
    return new WebAccess(file, log, await readWebFiles(file));
  }

  /** Options of the server; undefined for plain HTTP. */
  get serverOptions(): ServerOptions | undefined {
    const { tls } = this.#inUse;
    return tls && { ...tls.options, requestCert: tls.requestCert, rejectUnauthorized: false };
  }

  /** Headers of every answer. */
  get headers(): Readonly<Record<string, string>> {
    return this.#inUse.config.headers;
  }

  /** True where a request needs a login or a certificate that a known authority issued. */
  get demandsLogin(): boolean {
    const { users, tls } = this.#inUse.config;
    return users.size > 0 || tls?.clientAuth === "RequireAndVerifyClientCert";
  }

  /** True where passwords come without TLS. */
  get isInClear(): boolean {
    return this.#inUse.tls === undefined && this.#inUse.config.users.size > 0;
  }

  /** Why a request is refused: too many, no fitting certificate, no login; undefined for one that may pass. */
  async refusal(request: IncomingMessage): Promise<WebRefusal | undefined> {
    return this.#rateRefusal() ?? (await this.#credentialRefusal(request));
  }

  /** Reads the files again when they change, until the returned function is called; `cut` closes all connections. */
  watch(server: Server, cut: () => void, everyMs = pollMs): () => void {
    if (server instanceof SecureServer) {
      server.on("tlsClientError", (error) => {
        this.#log.debug({ error: errorMessage(error) }, "TLS handshake failed");
      });
    }
    let timer: NodeJS.Timeout;
    const look = async (): Promise<void> => {
      await this.#look(server, cut);
      timer = setTimeout(() => void look(), everyMs).unref();
    };
    timer = setTimeout(() => void look(), everyMs).unref();
    return () => {
      clearTimeout(timer);
    };
  }

  async #look(server: Server, cut: () => void): Promise<void> {
    const read = await readWebFiles(this.#file).catch((error: unknown) => textOf(error));
    // Half a file may be valid, without the logins that the other half demands.
    if (!this.#steady.isNew(typeof read === "string" ? read : digestOf(read))) return;
    try {
      if (typeof read === "string") throw new Problem(read);
      this.#apply(read, server, cut);
    } catch (error) {
      const what = { file: this.#file, error: textOf(error) };
      this.#log.error(what, "web config not reloaded; the previous one stays in use");
    }
  }

  #apply(files: WebFiles, server: Server, cut: () => void): void {
    const before = this.#inUse;
    const next = this.#take(files);
    if ((next.tls === undefined) !== (before.tls === undefined)) {
      throw new Problem(`${this.#file}: TLS is switched on and off by a restart only`);
    }
    this.#inUse = next;
    if (next.tls !== undefined && server instanceof SecureServer) {
      server.setSecureContext(next.tls.options);
      // Node takes it from the server at each connection, and has no other way to change it.
      Object.assign(server, { requestCert: next.tls.requestCert });
      if (next.tls.terms !== before.tls?.terms) cut();
    }
    this.#log.info({ file: this.#file }, "web config reloaded");
    this.#warnOfEnd();
  }

  #take({ config, pems }: WebFiles): InUse {
    const { tls, users, rateLimit } = config;
    return {
      config,
      tls: tls && pems && makeTlsContext(tls, pems, this.#file),
      logins: new Logins(users, this.#compare),
      rate: rateLimit && new TokenBucket(rateLimit.intervalMs, rateLimit.burst),
    };
  }

  #warnOfEnd(): void {
    const { tls } = this.#inUse;
    if (tls === undefined || tls.validTo > Date.now()) return;
    const since = new Date(tls.validTo).toISOString();
    this.#log.warn(
      { file: this.#file, since },
      "the server's certificate has expired: clients that check it refuse it",
    );
  }

  #rateRefusal(): WebRefusal | undefined {
    const seconds = this.#inUse.rate?.take() ?? 0;
    if (seconds === 0) return undefined;
    return { status: 429, headers: { "Retry-After": String(seconds) }, text: "Too many requests.\n" };
  }

  async #credentialRefusal(request: IncomingMessage): Promise<WebRefusal | undefined> {
    const { config, logins } = this.#inUse;
    const fault = config.tls && certificateFault(request.socket, config.tls);
    if (fault !== undefined) return { status: 403, headers: {}, text: `Refused: ${fault}.\n` };
    if (config.users.size === 0) return undefined;
    const outcome = await logins.judge(request);
    if (outcome === "accepted") return undefined;
    if (outcome === "busy") return { status: 429, headers: { "Retry-After": "1" }, text: "Too many logins at once.\n" };
    return { status: 401, headers: { "WWW-Authenticate": challenge }, text: "A login is needed.\n" };
  }
}

function textOf(error: unknown): string {
  return error instanceof Problem ? error.text : errorMessage(error);
}

function digestOf(files: WebFiles): string {
  const { config, pems } = files;
  return createHash("sha256")
    .update(JSON.stringify([config, [...config.users], pems]))
    .digest("hex");
}
