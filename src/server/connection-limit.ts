import { readFileSync } from "node:fs";
import type { Server } from "node:http";
import type { Socket } from "node:net";

/** Upper bound of the number of connections, however many descriptors there are. */
const most = 512;
/** Lower bound: a scrape, probes and a few people. */
const fewest = 16;

/**
 * Limits the open connections of a server to a quarter of the descriptors, so that enough are left for logs. Past the limit
 * the connection that has waited longest for a request gives way, so that unfinished requests do not keep scrapes out.
 */
export function limitConnections(server: Server, limit = connectionLimit()): void {
  const open = new Set<Socket>();
  /** Connections without a whole request, longest waiting first. */
  const waiting = new Set<Socket>();
  server.on("connection", (socket) => {
    if (open.size >= limit) {
      const [longest = socket] = waiting;
      forget(longest);
      longest.destroy();
      if (longest === socket) return;
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

/** Soft limit of open descriptors; 1024 where the kernel does not tell. */
function maxDescriptors(): number {
  try {
    const limits = readFileSync("/proc/self/limits", "utf8");
    const soft = /^Max open files +(\S+)/mu.exec(limits)?.[1];
    return soft === "unlimited" ? Infinity : Number(soft ?? 1024);
  } catch {
    return 1024;
  }
}
