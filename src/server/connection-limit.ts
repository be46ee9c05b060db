import type { Server } from "node:http";
import type { Socket } from "node:net";
import { maxDescriptors } from "../source/tracking/descriptors.ts";

/** Upper bound of the number of connections, however many descriptors there are. */
const most = 512;
/** Lower bound: a scrape, probes and a few people. */
const fewest = 16;
/** Most requests of a connection that are not answered: nobody sends so many at once but to use up memory. */
const mostPipelined = 16;

/**
 * Limits the open connections of a server to a quarter of the descriptors, so that enough are left for logs. Past the limit
 * the connection that has waited longest for a request gives way, else the oldest one: neither unfinished handshakes and
 * requests nor answers that nobody takes keep scrapes out. A connection with more than 16 requests that are not answered is
 * closed. Returns a function that closes all connections.
 */
export function limitConnections(server: Server, limit = connectionLimit()): () => void {
  /** Connections by their addresses, which a socket of TLS has in common with the one below it. */
  const open = new Map<string, Socket>();
  /** Connections without a whole request, longest waiting first. */
  const waiting = new Set<string>();
  /** Requests that are not answered, by connection. */
  const asked = new Map<string, number>();
  server.on("connection", (socket) => {
    const [longest] = waiting.size > 0 ? waiting : open.keys();
    if (open.size >= limit && longest !== undefined) {
      open.get(longest)?.destroy();
      forget(longest);
    }
    const key = addresses(socket);
    open.set(key, socket);
    waiting.add(key);
    socket.on("close", () => {
      if (open.get(key) === socket) forget(key);
    });
  });
  server.on("request", ({ socket }, response) => {
    const key = addresses(socket);
    waiting.delete(key);
    const unanswered = (asked.get(key) ?? 0) + 1;
    asked.set(key, unanswered);
    // What is answered at once, as probes are, has been when all that came in one piece is taken.
    if (unanswered === mostPipelined + 1) {
      setImmediate(() => {
        if ((asked.get(key) ?? 0) > mostPipelined) socket.destroy();
      });
    }
    response.on("close", () => {
      if (!open.has(key)) return;
      waiting.add(key);
      asked.set(key, (asked.get(key) ?? 1) - 1);
    });
  });

  function forget(key: string): void {
    open.delete(key);
    waiting.delete(key);
    asked.delete(key);
  }

  return () => {
    for (const socket of open.values()) socket.destroy();
  };
}

function addresses({ remoteAddress, remotePort, localAddress, localPort }: Socket): string {
  return [remoteAddress, remotePort, localAddress, localPort].join(" ");
}

/** A quarter of the descriptors that this process may have, within bounds. */
function connectionLimit(): number {
  return Math.min(most, Math.max(fewest, Math.floor(maxDescriptors() / 4)));
}
