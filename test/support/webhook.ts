import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { afterAll } from "@jest/globals";

/** What Alertmanager posts to a webhook (version 4 of its message). */
export interface Notice {
  readonly status: "firing" | "resolved";
  readonly receiver: string;
  readonly groupLabels: Readonly<Record<string, string>>;
  readonly alerts: readonly {
    readonly status: "firing" | "resolved";
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  }[];
}

const open = new Set<Server>();

afterAll(() => {
  for (const server of open) {
    server.close();
    server.closeAllConnections();
  }
});

/** The far end of an alert: a server on loopback that keeps what is posted to it, by path. */
export class Webhook {
  readonly url: string;
  readonly #posts: { path: string; notice: Notice }[];

  private constructor(url: string, posts: { path: string; notice: Notice }[]) {
    this.url = url;
    this.#posts = posts;
  }

  /** Listens on a free port until the tests of this file are over. */
  static async start(): Promise<Webhook> {
    const posts: { path: string; notice: Notice }[] = [];
    const server = createServer((request, response) => {
      json(request).then(
        (body) => {
          posts.push({ path: request.url ?? "/", notice: body as Notice });
          response.end();
        },
        () => {
          response.writeHead(400).end();
        },
      );
    });
    open.add(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new Webhook(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, posts);
  }

  /** What other services than webhooks were posted to `path` so far, oldest first, whatever its form. */
  bodies(path: string): readonly unknown[] {
    return this.#posts.filter((post) => post.path === path).map((post) => post.notice);
  }

  /** The notices so far, oldest first; only those posted to `path` when one is given (`/payments`). */
  notices(path?: string): readonly Notice[] {
    return this.#posts.filter((post) => path === undefined || post.path === path).map((post) => post.notice);
  }
}
