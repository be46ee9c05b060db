import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { resolve } from "node:path";
import { z } from "zod";
import { addressMeant, isAddress } from "../config/address.ts";
import { loadConfig } from "../config/load.ts";
import { logFormats, logLevels, makeLog } from "../log.ts";
import { errorCode, errorMessage, Problem } from "../problem.ts";
import { makeApp } from "../server/app.ts";
import { watchConfig } from "../server/config-watch.ts";
import { Daemon } from "../server/daemon.ts";
import { packageVersion } from "../version.ts";

const flags = z.object({
  config: z.string(),
  state: z.string().min(1, "--state: expected a directory, got nothing"),
  "web.listenAddress": z.string(),
  "web.telemetryPath": z
    .string()
    .regex(/^(?:\/[\w.~-]*)+$/u, "--web.telemetry-path: expected a path like /metrics, of letters, digits and -._~")
    .refine(
      (path) => !/^\/(?:-|api)(?:\/|$)/u.test(path),
      "--web.telemetry-path: /-/ and /api/ are taken; choose another",
    ),
  "web.enableLifecycle": z.boolean(),
  "log.level": z.enum(logLevels),
  "log.format": z.enum(logFormats),
});

/** The port of `--web.listen-address` when it is not given. */
const defaultPort = 9877;
/** How long a stop may wait for requests that are being answered. */
const closeWithinMs = 500;

/** The `serve` command: runs until SIGTERM or SIGINT, and ends the process. Throws a `Problem` when it cannot start. */
export async function serve(given: Record<string, unknown>): Promise<never> {
  const parsed = flags.safeParse(given);
  if (!parsed.success) throw new Problem(parsed.error.issues.map((issue) => issue.message).join("\n"), { exitCode: 2 });
  const options = parsed.data;
  const log = makeLog(options["log.level"], options["log.format"]);
  const address = parseAddress(options["web.listenAddress"]);
  const stopped = stopSignal();

  const configFile = resolve(options.config);
  let daemon: Daemon | undefined;
  const early = { isChanged: false };
  const reload = (): void => {
    early.isChanged = true;
    // The daemon says in its log what is wrong.
    daemon?.reload().catch(() => undefined);
  };
  // Before the config is read: what changes while the daemon starts must not be missed, nor end it.
  process.on("SIGHUP", reload);
  const unwatch = watchConfig(configFile, reload);
  const server = createServer();
  const start = async (): Promise<Daemon> => {
    // What is wrong with the config is said whatever else is, and the port is taken before the state is touched: a second
    // daemon with the same flags must leave it alone.
    const config = await loadConfig(configFile);
    await listen(server, address);
    server.on("request", answerStarting);
    return Daemon.start({ config, stateDir: resolve(options.state), log, version: packageVersion() });
  };
  try {
    daemon = await Promise.race([start(), stopped.then(() => undefined)]);
  } catch (error) {
    unwatch();
    server.close();
    throw error;
  }
  if (daemon === undefined) {
    log.info("stopped before the start was over");
    // Nothing was read yet, so nothing is lost by not waiting for it.
    process.exit(0);
  }
  server.off("request", answerStarting);
  server.on(
    "request",
    makeApp(daemon, { telemetryPath: options["web.telemetryPath"], lifecycle: options["web.enableLifecycle"] }),
  );
  log.info({ url: urlOf(server), version: packageVersion() }, "listening");

  if (early.isChanged) reload();
  const signal = await stopped;
  log.info({ signal }, "stopping");
  unwatch();
  process.off("SIGHUP", reload);
  await close(server);
  await daemon.stop();
  log.info("stopped");
  // All is written down; a config that is just being read must not hold the process.
  process.exit(0);
}

/** While the state is loaded the process is alive but has nothing to show. */
function answerStarting(request: IncomingMessage, response: ServerResponse): void {
  response.statusCode = request.url === "/-/healthy" ? 200 : 503;
  response.end("The exporter is starting.\n");
}

interface Address {
  /** Undefined for every address of this machine. */
  readonly host: string | undefined;
  readonly port: number;
  /** As it was given. */
  readonly text: string;
}

/** `HOST:PORT`, `[V6]:PORT` or `:PORT`, as exporters take it; no host means every address. */
function parseAddress(text: string): Address {
  const [, port] = /^:(\d{1,5})$/u.exec(text) ?? [];
  if (port !== undefined && Number(port) < 65_536) return { host: undefined, port: Number(port), text };
  if (!isAddress(text)) {
    const meant = /^\d{1,5}$/u.test(text) ? `:${text}` : addressMeant(text, defaultPort);
    const hint = meant === undefined ? "" : `; did you mean "${meant}"?`;
    const forms = "expected HOST:PORT or :PORT, an IPv6 address in brackets";
    throw new Problem(`--web.listen-address: ${forms}, got "${text}"${hint}`, { exitCode: 2 });
  }
  const colon = text.lastIndexOf(":");
  return { host: text.slice(0, colon).replace(/^\[|\]$/gu, ""), port: Number(text.slice(colon + 1)), text };
}

function urlOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === "string") return String(address);
  const any = address.address === "::" || address.address === "0.0.0.0";
  const host = any ? "localhost" : address.family === "IPv6" ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}

async function listen(server: Server, { host, port, text }: Address): Promise<void> {
  await new Promise<void>((done, fail) => {
    server.once("error", (error) => {
      const mend =
        errorCode(error) === "EADDRINUSE"
          ? "; another process has it: stop that one or choose another with --web.listen-address"
          : "";
      fail(new Problem(`cannot listen on ${text}: ${errorMessage(error)}${mend}`, { cause: error }));
    });
    server.listen(port, host, done);
  });
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((done) =>
    server.close(() => {
      done();
    }),
  );
  server.closeIdleConnections();
  const force = setTimeout(() => {
    server.closeAllConnections();
  }, closeWithinMs);
  await closed;
  clearTimeout(force);
}

/** Resolves at the first signal to stop; a second one ends the process at once, as people expect of Ctrl-C. */
function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((done) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const)
      process.once(signal, () => {
        done(signal);
      });
  });
}
