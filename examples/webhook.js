import { createServer } from "node:http";
import { json } from "node:stream/consumers";

/**
 * The far end of the sample config's receivers: prints each alert that Alertmanager delivers. Where the port is taken
 * the alerts go to whoever has it, and nothing is printed here.
 *
 * @param {number} port
 * @returns {() => void} stops it
 */
export function printAlerts(port) {
  const server = createServer((request, response) => {
    json(request)
      .then((body) => {
        for (const line of alertLines(request.url ?? "", body)) console.log(line);
      })
      .catch(() => undefined)
      .finally(() => response.end());
  });
  server.on("error", (error) => {
    console.log(`Alerts will not be printed here: ${error.message}`);
  });
  server.listen(port, "127.0.0.1");
  return () => {
    server.close();
    server.closeAllConnections();
  };
}

/**
 * @param {string} path
 * @param {unknown} body what Alertmanager posts, if it is Alertmanager
 */
function alertLines(path, body) {
  if (typeof body !== "object" || body === null || !("alerts" in body) || !Array.isArray(body.alerts)) return [];
  /** @type {readonly { status: string, annotations?: { description?: string } }[]} */
  const alerts = body.alerts;
  return alerts.map(
    ({ status, annotations }) => `${status} -> ${path.slice(1)}: ${annotations?.description ?? "(no description)"}`,
  );
}
