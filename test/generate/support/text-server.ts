import { once } from "node:events";
import { createServer, type Server } from "node:http";

/** A server on loopback that answers every request with `body()`. */
export async function serveText(body: () => string): Promise<{ readonly address: string; close(): Promise<void> }> {
  const server: Server = createServer((_request, response) => {
    response.setHeader("content-type", "text/plain; version=0.0.4");
    response.end(body());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    address: `127.0.0.1:${address.port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
