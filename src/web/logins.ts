import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Compare } from "./bcrypt.ts";

/** Comparisons that may wait at once, in all and of one client. */
const maxWaiting = { all: 16, ofClient: 4 };

/** Outcome of a login: `busy` where too many others are being compared. */
export type LoginOutcome = "accepted" | "refused" | "busy";

/**
 * Logins by basic authentication. What was accepted is remembered, so that a scrape costs one comparison ever; a name that
 * nobody has costs the comparison with somebody's hash, as a wrong password does.
 */
export class Logins {
  readonly #compare: Compare;
  readonly #users: ReadonlyMap<string, string>;
  /** Key of the digests below, so that they say nothing outside of this process. */
  readonly #key = randomBytes(32);
  /** Digest of the last accepted login of each user. */
  readonly #accepted = new Map<string, Buffer>();
  /** Comparisons that run or wait, by the digest of the login. */
  readonly #running = new Map<string, Promise<boolean>>();
  readonly #clients = new Map<string, number>();

  constructor(users: ReadonlyMap<string, string>, compare: Compare) {
    this.#users = users;
    this.#compare = compare;
  }

  /** Judges the `Authorization` header of a request. */
  async judge(request: IncomingMessage): Promise<LoginOutcome> {
    const login = credentials(request.headers.authorization);
    if (login === undefined) return "refused";
    const [user, password] = login;
    const digest = this.#digest(`${user}:${password}`);
    const accepted = this.#accepted.get(user);
    if (accepted !== undefined && timingSafeEqual(accepted, digest)) return "accepted";
    const running = this.#running.get(digest.toString("hex")) ?? this.#start(user, password, digest, request);
    if (running === undefined) return "busy";
    return (await running) ? "accepted" : "refused";
  }

  #start(user: string, password: string, digest: Buffer, request: IncomingMessage): Promise<boolean> | undefined {
    const client = request.socket.remoteAddress ?? "";
    const ofClient = this.#clients.get(client) ?? 0;
    if (this.#running.size >= maxWaiting.all || ofClient >= maxWaiting.ofClient) return undefined;
    const own = this.#users.get(user);
    const key = digest.toString("hex");
    const running = this.#compare(password, own ?? this.#otherHash(user))
      .then((matches) => {
        const isAccepted = matches && own !== undefined;
        if (isAccepted) this.#accepted.set(user, digest);
        return isAccepted;
      })
      .finally(() => {
        this.#running.delete(key);
        const left = (this.#clients.get(client) ?? 1) - 1;
        if (left > 0) this.#clients.set(client, left);
        else this.#clients.delete(client);
      });
    this.#running.set(key, running);
    this.#clients.set(client, ofClient + 1);
    return running;
  }

  /** The hash of a user that a name always leads to: where costs differ, the time tells nothing of a name either. */
  #otherHash(name: string): string {
    const hashes = [...this.#users.values()];
    return hashes[this.#digest(name).readUInt32BE() % hashes.length] ?? "";
  }

  #digest(text: string): Buffer {
    return createHmac("sha256", this.#key).update(text).digest();
  }
}

/** Reads user and password of a header `Basic BASE64`. */
function credentials(header: string | undefined): readonly [user: string, password: string] | undefined {
  const encoded = /^basic +([A-Za-z0-9+/]+={0,2})$/iu.exec(header ?? "")?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, "base64").toString();
  const colon = text.indexOf(":");
  return colon < 0 ? undefined : [text.slice(0, colon), text.slice(colon + 1)];
}
