import compression from "compression";
import express, { type Express, type NextFunction, type Request, type Response } from "express";
import { Health } from "../exposition/health.ts";
import { QualityPage } from "../exposition/quality-page.ts";
import { rejectedReport } from "../exposition/rejected.ts";
import { reportText } from "../exposition/report.ts";
import { parseTagQuery, windowFault, type TagQuery } from "../exposition/tag-query.ts";
import { formats, pageEnd, type Format } from "../exposition/text-format.ts";
import { wallClock } from "../clock.ts";
import { errorMessage, Problem } from "../problem.ts";
import type { WebAccess } from "../web/web-access.ts";
import type { Daemon } from "./daemon.ts";
import { eventsHandler } from "./events.ts";
import { eventsPath } from "./events-path.ts";
import { accessControl, probes } from "./access-control.ts";
import { landingPage } from "./landing-page.ts";
import { encodings, Renderings } from "./renderings.ts";
import { inSlices } from "./slices.ts";
import { crossSiteRefusal, hostRefusal } from "./request-guards.ts";
import { parametersOf, statusRoutes } from "./status-routes.ts";

/** HTTP options from flags. */
export interface AppOptions {
  /** Path of the metrics. */
  readonly telemetryPath: string;
  /** Most requests for the metrics that are answered at once; 0 for any number. */
  readonly maxRequests: number;
  /** Enables `/-/reload`. */
  readonly lifecycle: boolean;
  /** Hosts that requests may name, without ports, in lower case; undefined for all. */
  readonly allowedHosts: readonly string[] | undefined;
  /** Shows the text of rejected lines. */
  readonly showLines: boolean;
  /** Serves the status page at `/`, in place of links. */
  readonly statusPage: boolean;
  /** True where only programs of this machine reach the server. */
  readonly isLocal: boolean;
  /** Who may ask, by `--web.config.file`; undefined for anybody. */
  readonly access: WebAccess | undefined;
}

/** Builds the HTTP server of a daemon: metrics, health, readiness, reload, JSON API and landing page. */
export function makeApp(daemon: Daemon, options: AppOptions): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.use((request, response, next) => {
    // What was still read of a connection that is closed needs no answer.
    if (request.socket.destroyed) return;
    response.set({
      "X-Content-Type-Options": "nosniff",
      "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
      "Cache-Control": "no-store",
    });
    next();
  });
  app.use((request, response, next) => {
    const { allowedHosts } = options;
    const isOpen = allowedHosts === undefined || probes.has(request.path);
    const refusal = isOpen ? undefined : hostRefusal(request, allowedHosts);
    if (refusal === undefined) next();
    else response.status(refusal.status).type("text").send(refusal.text);
  });
  const { intake } = daemon;
  // A token opens the path of events as well as a login does, so that it asks for both.
  const asksItself = (path: string): boolean => path === eventsPath && intake.reception !== undefined;
  if (options.access !== undefined) app.use(accessControl(options.access, asksItself));
  // Before the compression, which would hold back the answer to a body that is still coming.
  const durable = (): Promise<boolean> => daemon.durable();
  app.all(eventsPath, eventsHandler({ intake, durable, access: options.access, isLocal: options.isLocal }));
  const health = new Health(() => daemon.health());
  // Apart, so that whoever asks for figures does not stand in the way of scrapes.
  const pages = new Renderings({ maxRequests: options.maxRequests, log: daemon.log });
  const reports = new Renderings({ maxRequests: options.maxRequests, log: daemon.log });
  // Before the compression too: readers of a page share a compressed one.
  route(app, options.telemetryPath, {
    GET: (request, response) => {
      const format = negotiate(request);
      pages.answer(response, {
        name: format,
        contentType: formats[format].contentType,
        encoding: encodingOf(request),
        render: () => metricsPage(daemon, health, format),
      });
    },
  });
  route(app, "/api/v1/models", {
    GET: (request, response) => {
      const parameters = parametersOf(request);
      const query = parseTagQuery(parameters, daemon.config);
      const fault = "fault" in query ? query.fault : windowFault(query.window, daemon.config);
      if ("fault" in query || fault !== undefined) {
        response
          .status(400)
          .type("text")
          .send(`${fault ?? ""}\n`);
        return;
      }
      reports.answer(response, {
        name: parameters.toString(),
        contentType: "application/json; charset=utf-8",
        encoding: encodingOf(request),
        render: () => figuresReport(daemon, query),
      });
    },
  });
  app.use(compression());

  route(app, "/-/healthy", {
    GET: (_request, response) => {
      response.type("text").send("The exporter is healthy.\n");
    },
  });
  route(app, "/-/ready", {
    GET: (_request, response) => {
      if (daemon.ready) response.type("text").send("The exporter is ready.\n");
      else response.status(503).type("text").send("Still reading the backlog found at the start.\n");
    },
  });
  const reload: Handler = async (request, response) => {
    response.type("text");
    const refusal = crossSiteRefusal(request);
    if (refusal !== undefined) {
      response.status(refusal.status).send(refusal.text);
      return;
    }
    if (!options.lifecycle) {
      response.status(403).send("Reload by HTTP is disabled; start with --web.enable-lifecycle to enable it.\n");
      return;
    }
    try {
      await daemon.reload();
      response.send("The config is reloaded.\n");
    } catch (error) {
      response.status(500).send(`${error instanceof Problem ? error.text : errorMessage(error)}\n`);
    }
  };
  route(app, "/-/reload", { POST: reload, PUT: reload });
  route(app, "/api/v1/rejected", {
    GET: (_request, response) => {
      response.json(rejectedReport(daemon.lines.sources, options.showLines));
    },
  });
  const hasRoot = options.telemetryPath !== "/";
  for (const [path, GET] of statusRoutes(daemon, options, options.statusPage && hasRoot)) {
    route(app, path, { GET });
  }
  if (hasRoot && !options.statusPage) {
    route(app, "/", {
      GET: (_request, response) => {
        response.type("html").send(landingPage(daemon.health().version, options.telemetryPath));
      },
    });
  }

  app.use((_request: Request, response: Response) => {
    response.status(404).type("text").send("Not found; the landing page at / links to all endpoints.\n");
  });
  app.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    daemon.log.error({ error: errorMessage(error) }, "request failed");
    response.status(500).type("text").send("Request failed; see the exporter's log.\n");
  });
  return app;
}

type Handler = (request: Request, response: Response) => void | Promise<void>;

/** Registers a path's methods, HEAD with GET; other methods get 405 with the list of allowed ones. */
function route(app: Express, path: string, handlers: Partial<Record<"GET" | "POST" | "PUT", Handler>>): void {
  const methods = Object.keys(handlers).flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method]));
  app.all(path, async (request, response) => {
    const method = request.method === "HEAD" ? "GET" : request.method;
    const handler = isMethod(method) ? handlers[method] : undefined;
    if (handler !== undefined) await handler(request, response);
    else {
      const allowed = methods.join(", ");
      response.status(405).set("Allow", allowed).type("text").send(`Allowed methods: ${allowed}.\n`);
    }
  });
}

function isMethod(method: string): method is "GET" | "POST" | "PUT" {
  return method === "GET" || method === "POST" || method === "PUT";
}

/** Writes the page of metrics, those of the exporter itself first. */
async function* metricsPage(daemon: Daemon, health: Health, format: Format): AsyncGenerator<Uint8Array> {
  const { view, close } = daemon.readQuality();
  try {
    const page = new QualityPage(view);
    yield* inSlices(page.measure());
    yield Buffer.from(await health.text(format, page.series));
    yield* inSlices(page.text(format));
    yield Buffer.from(pageEnd(format));
  } finally {
    close();
  }
}

/** Writes the figures of the tags that are asked for, as JSON. */
async function* figuresReport(daemon: Daemon, query: TagQuery): AsyncGenerator<Uint8Array> {
  const { config, lines, undeclared, join } = daemon;
  const { snapshots, close } = daemon.tags.read(wallClock());
  try {
    yield* inSlices(reportText(config.models, snapshots, query, { lines: lines.total, undeclared, join }));
  } finally {
    close();
  }
}

function encodingOf(request: Request): (typeof encodings)[number] {
  return encodings.find((one) => one === request.acceptsEncodings([...encodings])) ?? "identity";
}

/** Negotiates the format; the text format unless OpenMetrics is preferred explicitly. */
function negotiate(request: Request): Format {
  // Drop the `escaping` parameter of newer scrapers, which would match no offered type.
  const accept = request.headers.accept?.replace(/;\s*escaping=[^;,]*/gu, "");
  if (accept !== undefined) request.headers.accept = accept;
  const preferred = request.accepts([formats.text.contentType, formats.openmetrics.contentType]);
  return preferred === formats.openmetrics.contentType ? "openmetrics" : "text";
}
