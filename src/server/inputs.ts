import type { Clock } from "../clock.ts";
import type { Config } from "../config/config.ts";
import type { Log } from "../log.ts";
import type { EntryKey, Plain } from "../plain.ts";
import type { Input } from "../source/input.ts";
import type { OpenReader } from "../source/source.ts";
import { Tail } from "../source/tail.ts";

/** What an input is made from. */
export interface InputContext {
  readonly config: Config;
  /** Makes the reader that takes the lines of a file. */
  readonly open: OpenReader;
  /** Entries that earlier inputs committed, by the first word of their keys. */
  readonly entries: (word: string) => Iterable<readonly [EntryKey, Plain]>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Makes an input for a config. */
export type OpenInput = (context: InputContext) => OpenedInput;

/** An input at work. */
export interface OpenedInput {
  readonly input: Input;
  /** Ends reading; gives what makes the input of the next config, which goes on with what is open. */
  release(): Promise<OpenInput>;
}

/** Inputs of the daemon, in the order in which they start: a new way in is one more row. */
export const inputs: readonly OpenInput[] = [openTail(new Map())];

function openTail(released: ReadonlyMap<number, number>): OpenInput {
  return ({ config, open, entries, clock, log }) => {
    const sources = config.sources.map(({ source }) => source);
    const tail = new Tail({ sources, open, saved: entries("file"), clock, log, released });
    return { input: tail, release: async () => openTail(await tail.release()) };
  };
}
