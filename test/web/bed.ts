import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:https";
import { join } from "node:path";
import { afterEach } from "@jest/globals";
import { pino } from "pino";
import { limitConnections } from "../../src/server/connection-limit.ts";
import { WebAccess } from "../../src/web/web-access.ts";
import { eventually } from "../support/eventually.ts";

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** A server that says "in" to whom its web config lets in, and looks at its files every few milliseconds. */
export class Bed {
  readonly #file: string;
  readonly #log: string[];
  readonly url: string;
  readonly access: WebAccess;

  private constructor(file: string, log: string[], access: WebAccess, url: string) {
    this.access = access;
    this.#file = file;
    this.#log = log;
    this.url = url;
  }

  /** Starts a server with TLS under a web config in a folder. */
  static async start(dir: string, text: string): Promise<Bed> {
    const file = join(dir, "web.yml");
    writeFileSync(file, text);
    const log: string[] = [];
    const access = await WebAccess.load(file, pino({}, { write: (line) => log.push(line) }));
    const server = createServer(access.serverOptions ?? {}, (request, response) => {
      void access.refusal(request).then((refusal) => {
        response.writeHead(refusal?.status ?? 200, refusal?.headers).end(refusal?.text ?? "in");
      });
    });
    const cut = limitConnections(server);
    const unwatch = access.watch(server, cut, 10);
    stops.push(() => {
      unwatch();
      cut();
      server.close();
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    return new Bed(file, log, access, `https://localhost:${typeof address === "object" ? address?.port : ""}/`);
  }

  get log(): string {
    return this.#log.join("");
  }

  /** Changes something, the text of the web config if one is given, and waits until the log has the words once more. */
  async change(words: string, text: string | (() => void)): Promise<void> {
    const count = (): number => this.log.split(words).length;
    const before = count();
    if (typeof text === "string") writeFileSync(this.#file, text);
    else text();
    await eventually(() => count() > before, `the log says: ${words}`);
  }
}
