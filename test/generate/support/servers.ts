import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { createServer as createSocket } from "node:net";
import { join } from "node:path";
import { eventually } from "../../support/eventually.ts";

/** A port of loopback that is free now. */
async function freePort(): Promise<number> {
  const socket = createSocket().listen(0, "127.0.0.1");
  await once(socket, "listening");
  const address = socket.address();
  socket.close();
  await once(socket, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

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

/** A Prometheus or an Alertmanager of its own process. */
export class Program {
  readonly url: string;
  readonly #child: ChildProcess;
  #log = "";

  private constructor(url: string, child: ChildProcess) {
    this.url = url;
    this.#child = child;
    const take = (text: string): void => {
      this.#log += text;
    };
    child.stdout?.setEncoding("utf8").on("data", take);
    child.stderr?.setEncoding("utf8").on("data", take);
  }

  /** Starts Prometheus on a config; resolves once it is ready. */
  static async prometheus(configFile: string, dir: string): Promise<Program> {
    return Program.#start("prometheus", [
      `--config.file=${configFile}`,
      `--storage.tsdb.path=${join(dir, "prometheus-data")}`,
    ]);
  }

  /** Starts Alertmanager on a config; resolves once it is ready. */
  static async alertmanager(configFile: string, dir: string): Promise<Program> {
    return Program.#start("prometheus-alertmanager", [
      `--config.file=${configFile}`,
      `--storage.path=${join(dir, "alertmanager-data")}`,
      "--cluster.listen-address=",
    ]);
  }

  static async #start(program: string, args: readonly string[]): Promise<Program> {
    const port = await freePort();
    const child = spawn(program, [...args, `--web.listen-address=127.0.0.1:${port}`], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const started = new Program(`http://127.0.0.1:${port}`, child);
    await eventually(async () => {
      if (child.exitCode !== null) throw new Error(`${program} ended:\n${started.#log}`);
      return fetch(`${started.url}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
    }, `${program} is ready`);
    return started;
  }

  async json(path: string, init?: RequestInit): Promise<unknown> {
    const response = await fetch(this.url + path, init);
    const body = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${body}`);
    return body === "" ? undefined : JSON.parse(body);
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, "close");
    this.#child.kill("SIGTERM");
    await ended;
  }
}

/** A series and its value now. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What Prometheus gives for an expression now. */
export async function query(prometheus: Program, expr: string): Promise<readonly Sample[]> {
  const answer = await prometheus.json(`/api/v1/query?query=${encodeURIComponent(expr)}`);
  const { data } = answer as { data: { result: { metric: Record<string, string>; value: [number, string] }[] } };
  return data.result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
}
