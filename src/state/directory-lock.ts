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

/** A directory that this process, and no other, works in. */
export interface SoleOwner {
  release(): Promise<void>;
}

/**
 * Makes sure that one process works in a directory. The owner listens on a socket in it: the kernel refuses connections
 * as soon as the process is gone, however it went, and neither process ids (they repeat in containers) nor time matter.
 *
 * Sockets are numbered. Who finds the highest one dead links its own, already listening, to the next number; a link is
 * made by one process only. The last socket stays when its owner ends, so that a number is never given twice.
 *
 * @throws a `Problem` when another process owns the directory.
 */
export async function ownDirectory(dir: string, log: Log): Promise<SoleOwner> {
  const handle = openSync(dir, "r");
  const at = (name: string): string => {
    const path = join(dir, name);
    return Buffer.byteLength(path) <= longestSocketPath ? path : `/proc/self/fd/${handle}/${name}`;
  };
  const own = `.${prefix}${randomBytes(6).toString("hex")}`;
  let server: Server | undefined;
  try {
    // There may be no room for a socket, but whoever has one is known all the same.
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

/** The numbers of the sockets that are there, of which the highest is dead; throws a `Problem` when it is not. */
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

/** Whether somebody listens. A socket that cannot be asked counts as alive: two owners are worse than none. */
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
