import type { Config } from "../config/config.ts";
import { Endpoint } from "../ingest/endpoint.ts";
import type { Intake } from "../ingest/intake.ts";
import { knownPrefix } from "../ingest/known-keys.ts";
import { Tokens } from "../ingest/tokens.ts";
import type { Entry } from "../serializable.ts";
import type { EntryFormat } from "../stage.ts";
import type { Input } from "../source/input.ts";
import type { FileStatus, SourceCounts } from "../source/source.ts";
import type { UnmatchedGlob } from "../source/discovery/unmatched-globs.ts";
import { eventsPath } from "./events-path.ts";
import type { InputContext, OpenInput } from "./inputs.ts";

/** Format of the keys of events by HTTP. */
export const postedFormat: EntryFormat = { name: "posted", prefixes: [knownPrefix], current: 2, oldest: 2 };

/** Opens the input of events by HTTP; without a source of them it takes none, and forgets the keys. */
export function openHttp(intake: Intake): OpenInput {
  return (context) => ({
    input: new HttpInput(intake, context),
    release: () => {
      intake.close();
      return Promise.resolve(openHttp(intake));
    },
  });
}

/** The source of events by HTTP; undefined where a config has none. */
export function httpSource({ sources }: Pick<Config, "sources">): Config["sources"][number] | undefined {
  return sources.find(({ http }) => http !== undefined);
}

/** Input of events by HTTP: what is posted is counted in the turn in which it is taken. */
class HttpInput implements Input {
  readonly caughtUp = Promise.resolve();
  readonly busy = undefined;
  readonly #intake: Intake;
  /** Name of the source; undefined without one. */
  readonly #source: string | undefined;
  readonly #endpoint: Endpoint | undefined;
  readonly #open: () => void;
  #removals: Entry[] = [];

  constructor(intake: Intake, { config, post, roomForIds, entries, clock, steady, log }: InputContext) {
    this.#intake = intake;
    const found = httpSource(config);
    const saved = entries(postedFormat);
    if (found?.http === undefined) {
      this.#removals = [...saved].map(([key]) => ({ key, value: undefined }));
      this.#open = () => {
        intake.open(undefined);
      };
      return;
    }
    const { http: options } = found;
    this.#source = found.source.name;
    const taker = post(this.#source, eventsPath);
    const endpoint = new Endpoint({ options, taker, roomForIds, stats: intake.stats, clock, steady });
    endpoint.restore(saved);
    const tokens = options.tokensFile === undefined ? undefined : new Tokens(options.tokensFile, log);
    this.#endpoint = endpoint;
    this.#open = () => {
      intake.open({ options, tokens, endpoint });
    };
  }

  start(): Promise<void> {
    this.#open();
    return Promise.resolve();
  }

  drain(): Promise<void> {
    this.#intake.stop();
    return Promise.resolve();
  }

  release(): Promise<void> {
    this.#intake.close();
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#intake.stop();
    return Promise.resolve();
  }

  changes(): Entry[] {
    const removals = this.#removals;
    this.#removals = [];
    return [...removals, ...(this.#endpoint?.changes() ?? [])];
  }

  /** The path as if it were a file, so that what is said of silent sources holds for it too. */
  status(): FileStatus[] {
    const { stats, queue } = this.#intake;
    if (this.#source === undefined) return [];
    return [
      {
        source: this.#source,
        path: eventsPath,
        lagBytes: queue.bytes,
        lagSeconds: 0,
        readBytes: stats.bytes,
        lastReadSeconds: stats.lastSeconds,
        state: "live",
        problem: undefined,
      },
    ];
  }

  counts(): SourceCounts[] {
    return [];
  }

  unmatched(): UnmatchedGlob[] {
    return [];
  }
}
