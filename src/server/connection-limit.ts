import type { Server } from "node:http";
import type { Socket } from "node:net";
import { maxDescriptors } from "../source/tracking/descriptors.ts";

/** Upper bound of the number of connections, however many descriptors there are. */
const most = 512;
/** Lower bound: a scrape, probes and a few people. */
const fewest = 16;

/**
 * Limits the open connections of a server to a quarter of the descriptors, so that enough are left for logs. Past the limit
 * the connection that has waited longest for a request gives way, else the oldest one: neither unfinished requests nor
 * answers that nobody takes keep scrapes out.
 */
export function limitConnections(server: Server, limit = connectionLimit()): void {
  const open = new Set<Socket>();
  /** Connections without a whole request, longest waiting first. */
  const waiting = new Set<Socket>();
  server.on("connection", (socket) => {
    if (open.size >= limit) {
      const [longest = socket] = waiting.size > 0 ? waiting : open;
      forget(longest);
      longest.destroy();
    }
    open.add(socket);
    waiting.add(socket);
    socket.on("close", () => {
      forget(socket);
    });
  });
  server.on("request", ({ socket }, response) => {
    waiting.delete(socket);
    response.on("close", () => {
      if (open.has(socket)) waiting.add(socket);
    });
  });

  function forget(socket: Socket): void {
    open.delete(socket);
    waiting.delete(socket);
  }
}

/** A quarter of the descriptors that this process may have, within bounds. */
function connectionLimit(): number {
  return Math.min(most, Math.max(fewest, Math.floor(maxDescriptors() / 4)));
}
