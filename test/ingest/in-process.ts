import { once } from "node:events";
import { createServer } from "node:http";
import express from "express";
import { parseConfig } from "../../src/config/parse.ts";
import { LineStats } from "../../src/decode/line-stats.ts";
import { Endpoint } from "../../src/ingest/endpoint.ts";
import { Intake } from "../../src/ingest/intake.ts";
import { Pipeline } from "../../src/pipeline.ts";
import { eventsHandler } from "../../src/server/events.ts";
import { SteadyClock } from "../../src/steady-clock.ts";
import { WallTimeline } from "../../src/timeline.ts";
import { ClassMonitor } from "../../src/window/class-monitor.ts";
import { fields } from "./api.ts";

/** The path of events in the test's own process, with commits that end as the test says. */
export interface InProcess {
  readonly url: string;
  readonly intake: Intake;
  /** How many events were counted so far. */
  readonly counted: () => number;
  readonly close: () => void;
}

/** Serves the path of events. */
export async function serveEvents(http: object, durable: () => Promise<boolean>): Promise<InProcess> {
  const config = parseConfig({ sources: [{ name: "api", http, fields }] }, "/etc/config.json", {});
  const { http: options } = config.sources[0] ?? {};
  if (options === undefined) throw new Error("no source by HTTP");
  const intake = new Intake();
  const stats = new LineStats();
  const pipeline = new Pipeline(
    config,
    new WallTimeline(
      new SteadyClock(
        Date.now,
        () => performance.now(),
        () => undefined,
      ),
    ),
    stats,
    new ClassMonitor(),
  );
  const taker = pipeline.openPosted("api", "/api/v1/events");
  const roomForIds = (): number => pipeline.roomForIds;
  const endpoint = new Endpoint({ options, taker, roomForIds, stats: intake.stats, clock: Date.now, steady: Date.now });
  intake.open({ options, tokens: undefined, endpoint });
  const app = express();
  app.all("/api/v1/events", eventsHandler({ intake, durable, access: undefined, isLocal: true }));
  app.use((_error: unknown, _request: express.Request, response: express.Response, next: express.NextFunction) => {
    if (response.headersSent) next();
    else response.status(500).end();
  });
  const server = createServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    intake,
    counted: () => stats.of("api").accepted,
    close: () => server.close(),
  };
}
