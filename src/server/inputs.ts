import type { Clock } from "../clock.ts";
import type { Config } from "../config/config.ts";
import type { LineTaker } from "../ingest/endpoint.ts";
import type { Intake } from "../ingest/intake.ts";
import type { Log } from "../log.ts";
import type { EntryKey, JsonValue } from "../serializable.ts";
import type { EntryFormat } from "../stage.ts";
import type { Input } from "../source/input.ts";
import type { OpenReader } from "../source/source.ts";
import { Tail } from "../source/tail.ts";
import { stateFiles } from "../state/state-files.ts";
import { openHttp, postedFormat } from "./http-input.ts";

/** Dependencies of an input. */
export interface InputContext {
  readonly config: Config;
  /** Opens the reader of a file. */
  readonly open: OpenReader;
  /** Opens the reader of what is posted for a source, to a path. */
  readonly post: (source: string, path: string) => LineTaker;
  /** Tells how many ids may still come before one that waits for its other half is forgotten. */
  readonly roomForIds: () => number;
  /** Saved entries of an input's format. */
  readonly entries: (format: EntryFormat) => Iterable<readonly [EntryKey, JsonValue]>;
  readonly clock: Clock;
  /** The time by which keys and files grow old. */
  readonly steady: Clock;
  readonly log: Log;
}

/** Makes an input for a config. */
export type OpenInput = (context: InputContext) => OpenedInput;

/** A running input. */
export interface OpenedInput {
  readonly input: Input;
  /** Stops reading; returns the opener of the next config's input, which takes over open files. */
  release(): Promise<OpenInput>;
}

/** Format of the positions in log files. */
const fileFormat: EntryFormat = { name: "files", prefixes: ["file"], current: 2, oldest: 1 };

/** Formats of all kinds of inputs, used by a config or not. */
export const inputFormats: readonly EntryFormat[] = [fileFormat, postedFormat];

/** Makes the inputs of a daemon with a state directory, in starting order; add new kinds of inputs here. */
export function makeInputs(stateDir: string, intake: Intake): readonly OpenInput[] {
  return [openTail(() => stateFiles(stateDir), new Map()), openHttp(intake)];
}

/** What must be over before the changes of all inputs are of one moment, if anything. */
export function busyOf(all: readonly Input[]): Promise<void> | undefined {
  return all.find(({ busy }) => busy !== undefined)?.busy;
}

function openTail(ownFiles: () => Iterable<string>, released: ReadonlyMap<number, number>): OpenInput {
  return ({ config, open, entries, clock, steady, log }) => {
    const sources = config.sources.flatMap(({ source, http }) => (http === undefined ? [source] : []));
    const tail = new Tail({ sources, open, saved: entries(fileFormat), clock, steady, log, ownFiles, released });
    return { input: tail, release: async () => openTail(ownFiles, await tail.release()) };
  };
}
