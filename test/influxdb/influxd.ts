import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Program } from "../support/program.ts";

/** A series of an answer: its tags, and its rows by the names of the columns. */
export interface Series {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/** Debian's InfluxDB, on a port of loopback. */
export class Influxd {
  readonly #program: Program;
  readonly url: string;
  readonly #login: string | undefined;

  private constructor(program: Program, url: string, login: string | undefined) {
    this.#program = program;
    this.url = url;
    this.#login = login;
  }

  /** Starts it over a folder that is kept for it, on a free port where none is given; `login` is `user:password` of its admin. */
  static async start(dir: string, options: { port?: number; login?: string } = {}): Promise<Influxd> {
    const { port = 0, login } = options;
    mkdirSync(dir, { recursive: true });
    const file = join(dir, "influxdb.conf");
    const config = [
      'reporting-disabled = true\nbind-address = "127.0.0.1:0"',
      `[meta]\ndir = "${dir}/meta"`,
      `[data]\ndir = "${dir}/data"\nwal-dir = "${dir}/wal"`,
      "[monitor]\nstore-enabled = false",
      `[http]\nbind-address = "127.0.0.1:${port}"\nauth-enabled = ${login !== undefined}`,
    ];
    writeFileSync(file, `${config.join("\n")}\n`);
    const program = Program.start("influxd", ["-config", file]);
    const address = (): string | undefined => /Listening on HTTP".* addr=(\S+)/u.exec(program.output)?.[1];
    await program.until(address, "listens");
    const influxd = new Influxd(program, `http://${address() ?? ""}`, login);
    const [user, password] = login?.split(":") ?? [];
    // Without a user of its own it lets nobody but this through.
    if (user !== undefined)
      await influxd.query(`CREATE USER "${user}" WITH PASSWORD '${password ?? ""}' WITH ALL PRIVILEGES`);
    return influxd;
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** Asks in InfluxQL; times come in seconds. */
  async query(text: string, db = "models"): Promise<readonly Series[]> {
    const parameters = new URLSearchParams({ db, q: text, epoch: "s" });
    const headers: Record<string, string> =
      this.#login === undefined ? {} : { Authorization: `Basic ${Buffer.from(this.#login).toString("base64")}` };
    const response = await fetch(`${this.url}/query`, { method: "POST", headers, body: parameters });
    const answer = (await response.json()) as {
      error?: string;
      results?: {
        error?: string;
        series?: { name: string; tags?: Record<string, string>; columns: string[]; values: unknown[][] }[];
      }[];
    };
    const error = answer.error ?? answer.results?.find((result) => result.error !== undefined)?.error;
    if (error !== undefined) throw new Error(`${text}: ${error}`);
    return (answer.results ?? []).flatMap(({ series = [] }) =>
      series.map(({ name, tags = {}, columns, values }) => ({
        name,
        tags,
        rows: values.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]]))),
      })),
    );
  }

  async stop(signal?: NodeJS.Signals): Promise<void> {
    await this.#program.stop(signal);
  }
}
