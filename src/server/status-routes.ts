import type { Request, Response } from "express";
import { wallClock } from "../clock.ts";
import { Standings } from "../exposition/standings.ts";
import { noteEveryMs, RecentCounts } from "../exposition/recent-counts.ts";
import { rejectedReport } from "../exposition/rejected.ts";
import { statusReport, type StatusSource } from "../exposition/status.ts";
import { parseTagQuery, windowFault } from "../exposition/tag-query.ts";
import { loadAssets } from "../page/assets.ts";
import { pageFragment, wholePage, type PageLinks } from "../page/page.ts";
import { parsePageQuery } from "../page/query.ts";
import { pageView } from "../page/view.ts";
import type { Daemon } from "./daemon.ts";

/** Answers of the status page by path; all to GET. */
export type StatusRoutes = ReadonlyMap<string, (request: Request, response: Response) => void>;

/** What the page may load: its own style sheet and script, and answers of this exporter. */
const contentPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

/** Makes the routes of the status page, of what it loads, and of its JSON. */
export function statusRoutes(
  daemon: Daemon,
  options: { readonly telemetryPath: string; readonly showLines: boolean },
  hasPage: boolean,
): StatusRoutes {
  const standings = new Standings();
  const recent = new RecentCounts(() => daemon.lines.sources);
  recent.note(performance.now());
  setInterval(() => {
    recent.note(performance.now());
  }, noteEveryMs).unref();
  const look = (): StatusSource => {
    const now = wallClock();
    const { config, tags, lines, ready } = daemon;
    const { version, files, join, influxdb } = daemon.health();
    const names = config.sources.map(({ source }) => source.name);
    const lately: StatusSource["sources"]["lately"] = (counts) => recent.lately(counts, performance.now());
    return {
      version,
      ready,
      now,
      config,
      views: tags.views(now),
      removed: tags.forgotten.removed(now),
      standings,
      sources: { names, lines: lines.sources, files, lately },
      rejected: rejectedReport(lines.sources, options.showLines),
      join,
      influxdb,
    };
  };

  const routes = new Map<string, (request: Request, response: Response) => void>();
  routes.set("/api/v1/status", (request, response) => {
    const query = parseTagQuery(parametersOf(request), daemon.config);
    const fault = "fault" in query ? query.fault : windowFault(query.window, daemon.config);
    if ("fault" in query || fault !== undefined)
      response
        .status(400)
        .type("text")
        .send(`${fault ?? ""}\n`);
    else response.json(statusReport(look(), query));
  });
  if (!hasPage) return routes;

  const assets = loadAssets();
  const links: PageLinks = { assets: `./static/${assets.hash}`, metrics: `.${options.telemetryPath}` };
  routes.set("/", (request, response) => {
    const query = parsePageQuery(parametersOf(request), daemon.config.tagLabels);
    response.set({ "Content-Security-Policy": contentPolicy, "Referrer-Policy": "no-referrer", Vary: "Accept" });
    if ("fault" in query) {
      response.status(400).type("text").send(`${query.fault}\n`);
      return;
    }
    const view = pageView(look(), query);
    if (view.missing !== undefined) response.status(404);
    const isFragment = /\bfragment=1\b/u.test(request.headers.accept ?? "");
    response.type("html").send(isFragment ? pageFragment(view, links) : wholePage(view, links));
  });
  for (const { name, contentType, content } of assets.files) {
    routes.set(`/static/${assets.hash}/${name}`, (_request, response) => {
      response
        .set({ "Content-Type": contentType, "Cache-Control": "public, max-age=31536000, immutable" })
        .send(content);
    });
  }
  return routes;
}

/** Reads the parameters of a request, also those that are given twice. */
export function parametersOf({ url }: Pick<Request, "url">): URLSearchParams {
  return new URL(url, "http://localhost").searchParams;
}
