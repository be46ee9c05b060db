import { randomBytes } from "node:crypto";
import { linkSync, openSync, readdirSync, rmSync, closeSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { errorCode, errorMessage, Problem } from "../problem.ts";
import type { Log } from "../log.ts";

const prefix = "owner-";
/** A socket's path may have 107 bytes on Linux. */
const longestSocketPath = 100;

/** Exclusive lock of a directory. */
export interface DirectoryLock {
  release(): Promise<void>;
}

/**
 * Locks a directory for this process. The owner listens on a socket in it: the kernel refuses connections as soon as the
 * process is gone, however it ended, without relying on process ids (not unique across containers) or time.
 *
 * Sockets are numbered. A process that finds the highest one dead links its own, already listening, to the next number;
 * only one process succeeds. The last socket remains after its owner ends, so that no number is reused.
 *
 * @throws a `Problem` when another process holds the lock.
 */
export async function lockDirectory(dir: string, log: Log): Promise<DirectoryLock> {
  const handle = openSync(dir, "r");
  const at = (name: string): string => {
    const path = join(dir, name);
    return Buffer.byteLength(path) <= longestSocketPath ? path : `/proc/self/fd/${handle}/${name}`;
  };
  const own = `.${prefix}${randomBytes(6).toString("hex")}`;
  let server: Server | undefined;
  try {
    // Check first: a full disk may prevent making a socket, but a live owner is still found.
    await deadOwners(dir, at);
    server = await listen(at(own));
    await claim(dir, own, at);
  } catch (error) {
    server?.close();
    rmSync(join(dir, own), { force: true });
    closeSync(handle);
    if (error instanceof Problem) throw error;
    if (!socketsUnsupported(error)) {
      throw new Problem(`cannot use the state directory ${dir}: ${errorMessage(error)}`, { cause: error });
    }
    log.warn({ dir, error: errorMessage(error) }, "cannot tell whether another process uses the state directory");
    return { release: () => Promise.resolve() };
  }
  const held = server;
  return {
    release: async () => {
      held.close();
      await once(held, "close");
      closeSync(handle);
    },
  };
}

async function claim(dir: string, own: string, at: (name: string) => string): Promise<void> {
  for (;;) {
    const numbers = await deadOwners(dir, at);
    try {
      linkSync(join(dir, own), join(dir, prefix + String((numbers.at(-1) ?? 0) + 1)));
    } catch (error) {
      if (errorCode(error) === "EEXIST") continue;
      throw error;
    }
    for (const number of numbers) rmSync(join(dir, prefix + String(number)), { force: true });
    rmSync(join(dir, own), { force: true });
    return;
  }
}

/** Numbers of the existing sockets; throws a `Problem` when the highest one is alive. */
async function deadOwners(dir: string, at: (name: string) => string): Promise<number[]> {
  const numbers = readdirSync(dir)
    .filter((name) => /^owner-\d+$/u.test(name))
    .map((name) => Number(name.slice(prefix.length)))
    .sort((a, b) => a - b);
  const last = numbers.at(-1);
  if (last !== undefined && (await isAlive(at(prefix + String(last))))) {
    throw new Problem(`the state directory ${dir} is in use by another process`, {
      details: ["stop the other daemon, or give each its own --state directory"],
    });
  }
  return numbers;
}

async function listen(path: string): Promise<Server> {
  const server = createServer((socket) => {
    socket.destroy();
  });
  server.listen(path);
  await once(server, "listening");
  server.unref();
  return server;
}

/** Tells whether a process listens. An unreachable socket counts as alive: two owners are worse than none. */
function isAlive(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", (error) => {
      const code = errorCode(error);
      resolve(code !== "ECONNREFUSED" && code !== "ENOENT");
    });
  });
}

function socketsUnsupported(error: unknown): boolean {
  return ["EOPNOTSUPP", "ENOTSUP", "EPERM", "EINVAL", "EAFNOSUPPORT", "ENOSYS"].includes(errorCode(error) ?? "");
}
