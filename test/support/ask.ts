import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { Agent, request } from "node:https";
import type { TLSSocket } from "node:tls";
import type { Certificate } from "./certificates.ts";

/** How a client asks: over TLS, with what it has. */
export interface Asking {
  readonly method?: string;
  /** The certificate of the authority that it trusts. */
  readonly ca?: string;
  /** Its own certificate. */
  readonly client?: Certificate;
  /** `user:password`. */
  readonly login?: string;
  readonly agent?: Agent;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a server has answered. */
export interface Answer {
  readonly status: number | undefined;
  readonly body: string;
  readonly headers: IncomingMessage["headers"];
  /** Serial number of the server's certificate. */
  readonly serial: string;
}

/** Asks a server over TLS. */
export async function ask(url: string, asking: Asking): Promise<Answer> {
  const { client, ca, login, method = "GET", headers = {} } = asking;
  const asked = request(url, {
    method,
    headers,
    agent: asking.agent ?? new Agent({ maxCachedSessions: 0 }),
    ...(login === undefined ? {} : { auth: login }),
    ...(ca === undefined ? {} : { ca: readFileSync(ca) }),
    ...(client === undefined ? {} : { cert: readFileSync(client.cert), key: readFileSync(client.key) }),
  });
  asked.end();
  const [response] = (await once(asked, "response")) as [IncomingMessage & { readonly socket: TLSSocket }];
  const serial = response.socket.getPeerX509Certificate()?.serialNumber ?? "";
  const body = (await response.setEncoding("utf8").toArray()).join("");
  return { status: response.statusCode, body, headers: response.headers, serial };
}
