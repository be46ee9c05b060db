import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer, Server as SecureServer } from "node:https";
import { resolve } from "node:path";
import * as z from "zod";
import { suggestAddress, isAddress } from "../config/address.ts";
import type { Config } from "../config/config.ts";
import { loadConfig } from "../config/load.ts";
import { logFormats, logLevels, makeLog } from "../log.ts";
import { errorCode, errorMessage, Problem } from "../problem.ts";
import { makeApp } from "../server/app.ts";
import { limitConnections } from "../server/connection-limit.ts";
import { watchConfig } from "../server/config-watch.ts";
import { Daemon } from "../server/daemon.ts";
import { checkEventsAccess } from "../server/events-access.ts";
import { memoryLimit, memoryNote } from "../server/memory-note.ts";
import { isLoopback } from "../server/loopback.ts";
import { packageVersion } from "../version.ts";

const flags = z.object({
  config: z.string(),
  state: z.string().min(1, "--state: expected a directory, got nothing"),
  "web.listenAddress": z.string(),
  "web.telemetryPath": z
    .string()
    .regex(/^(?:\/[\w.~-]*)+$/u, "--web.telemetry-path: expected a path like /metrics, of letters, digits and -._~")
    .refine(
      (path) => !/^\/(?:-|api|static)(?:\/|$)/u.test(path),
      "--web.telemetry-path: /-/, /api/ and /static/ are reserved; choose another path",
    ),
  "web.enableLifecycle": z.boolean(),
  "web.allowedHosts": z
    .string()
    .transform((text) => text.split(",").map((host) => host.trim().toLowerCase()))
    .refine(
      (hosts) => hosts.every((host) => /^(?:[\w.-]+|\[[\da-f:.]+\])$/u.test(host)),
      "--web.allowed-hosts: expected names or addresses without ports, separated by commas, such as mqe.example.com,[::1]",
    )
    .optional(),
  "web.maxRequests": z
    .string()
    .regex(/^\d{1,6}$/u, "--web.max-requests: expected a number of requests, 0 for any")
    .transform(Number),
  "web.showLines": z.boolean(),
  "web.statusPage": z.enum(["true", "false"], { error: "--web.status-page: expected true or false" }),
  "web.config.file": z.string().min(1, "--web.config.file: expected a file, got nothing").optional(),
  "log.level": z.enum(logLevels),
  "log.format": z.enum(logFormats),
});

/** Default port of `--web.listen-address`. */
const defaultPort = 9877;
/** Time limits for the headers and the whole of a request, and how often they are enforced (ms). */
const timeouts = {
  handshakeTimeout: 10_000,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 2000,
};
/** Hosts by which a server on loopback is asked. */
const localHosts = ["localhost", "127.0.0.1", "[::1]"];
/** Time limit for open requests at a stop (ms). */
const closeWithinMs = 500;

/**
 * The `serve` command: runs until SIGTERM, SIGINT or a reload that leaves no config in use, then exits. Throws a `Problem`
 * when it cannot start.
 */
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
    // The daemon logs the failure.
    daemon?.reload().catch(() => undefined);
  };
  // Set up before the config is read, so that changes and signals during the start are neither missed nor fatal.
  process.on("SIGHUP", reload);
  const webFile = options["web.config.file"];
  const access =
    webFile === undefined
      ? undefined
      : await (await import("../web/web-access.ts")).WebAccess.load(resolve(webFile), log);
  const unwatch = watchConfig(configFile, reload);
  const tls = access?.serverOptions;
  const server = tls === undefined ? createServer(timeouts) : createSecureServer({ ...timeouts, ...tls });
  const cut = limitConnections(server);
  const unwatchAccess = access?.watch(server, cut);
  const start = async (): Promise<Daemon> => {
    // Config faults come first, and the port is bound before the state is opened, so that a second daemon with the same
    // flags leaves the state alone.
    const config = await loadConfig(configFile);
    await listen(server, address);
    const check = (found: Config): void => {
      const demandsLogin = access?.demandsLogin === true;
      checkEventsAccess(found, { isLocal: isLoopback(server.address()), demandsLogin });
    };
    check(config);
    server.on("request", answerStarting);
    return Daemon.start({ config, stateDir: resolve(options.state), log, version: packageVersion(), check });
  };
  try {
    daemon = await Promise.race([start(), stopped.then(() => undefined)]);
  } catch (error) {
    unwatch();
    server.close();
    throw error;
  }
  if (daemon === undefined) {
    log.info("stopped during the start");
    // Nothing was read yet, so nothing is lost.
    process.exit(0);
  }
  server.off("request", answerStarting);
  const memory = memoryNote(daemon.config, memoryLimit());
  if (memory !== undefined) log.info(memory);
  const local = isLoopback(server.address());
  if (!local && access?.isInClear === true)
    log.warn({ file: webFile }, "logins without TLS: passwords can be read on their way, unless TLS ends in front");
  server.on(
    "request",
    makeApp(daemon, {
      telemetryPath: options["web.telemetryPath"],
      maxRequests: options["web.maxRequests"],
      isLocal: local,
      lifecycle: options["web.enableLifecycle"],
      allowedHosts: options["web.allowedHosts"] ?? (local ? [...localHosts, hostOf(server)] : undefined),
      statusPage: options["web.statusPage"] === "true",
      get showLines() {
        return options["web.showLines"] || local || access?.demandsLogin === true;
      },
      access,
    }),
  );
  log.info({ url: urlOf(server), version: packageVersion() }, "listening");

  if (early.isChanged) reload();
  const signal = await Promise.race([stopped, daemon.failed]);
  if (signal !== undefined) log.info({ signal }, "stopping");
  unwatch();
  unwatchAccess?.();
  process.off("SIGHUP", reload);
  await close(server, cut);
  // Everything was committed before the config was switched, and nothing was read since.
  if (signal === undefined) process.exit(1);
  await daemon.stop();
  log.info("stopped");
  // Everything is committed; a config that is still loading must not delay the exit.
  process.exit(0);
}

/** Answers requests while the state is being loaded: alive, but not ready. */
function answerStarting(request: IncomingMessage, response: ServerResponse): void {
  response.statusCode = request.url === "/-/healthy" ? 200 : 503;
  if (response.statusCode === 503) response.setHeader("Retry-After", "5");
  response.end("The exporter is starting.\n");
}

interface Address {
  /** Undefined for all addresses of this machine. */
  readonly host: string | undefined;
  readonly port: number;
  /** The original text. */
  readonly text: string;
}

/** Parses `HOST:PORT`, `[V6]:PORT` or `:PORT`, as usual for exporters; without a host, all addresses. */
function parseAddress(text: string): Address {
  const [, port] = /^:(\d{1,5})$/u.exec(text) ?? [];
  if (port !== undefined && Number(port) < 65_536) return { host: undefined, port: Number(port), text };
  if (!isAddress(text)) {
    const meant = /^\d{1,5}$/u.test(text) ? `:${text}` : suggestAddress(text, defaultPort);
    const hint = meant === undefined ? "" : `; did you mean "${meant}"?`;
    const forms = "expected HOST:PORT or :PORT, an IPv6 address in brackets";
    throw new Problem(`--web.listen-address: ${forms}, got "${text}"${hint}`, { exitCode: 2 });
  }
  const colon = text.lastIndexOf(":");
  return { host: text.slice(0, colon).replace(/^\[|\]$/gu, ""), port: Number(text.slice(colon + 1)), text };
}

function urlOf(server: Server): string {
  const address = server.address();
  return `${server instanceof SecureServer ? "https" : "http"}://${hostOf(server)}:${address === null || typeof address === "string" ? "" : address.port}`;
}

/** The host of a server's URL. */
function hostOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === "string") return String(address);
  if (address.address === "::" || address.address === "0.0.0.0") return "localhost";
  return address.family === "IPv6" ? `[${address.address}]` : address.address;
}

async function listen(server: Server, { host, port, text }: Address): Promise<void> {
  await new Promise<void>((done, fail) => {
    server.once("error", (error) => {
      const mend =
        errorCode(error) === "EADDRINUSE"
          ? "; another process uses the port: stop it or choose another address with --web.listen-address"
          : "";
      fail(new Problem(`cannot listen on ${text}: ${errorMessage(error)}${mend}`, { cause: error }));
    });
    server.listen(port, host, done);
  });
}

/** Stops listening and waits for open requests; `cut` closes what is left, half a handshake too. */
async function close(server: Server, cut: () => void): Promise<void> {
  const closed = new Promise<void>((done) =>
    server.close(() => {
      done();
    }),
  );
  server.closeIdleConnections();
  const force = setTimeout(() => {
    cut();
  }, closeWithinMs);
  await closed;
  clearTimeout(force);
}

/** Resolves at the first stop signal; a second one ends the process at once, as usual for Ctrl-C. */
function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((done) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const)
      process.once(signal, () => {
        done(signal);
      });
  });
}
