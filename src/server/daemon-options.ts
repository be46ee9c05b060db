import type { Config } from "../config/config.ts";
import type { Log } from "../log.ts";
import type { Stage } from "../stage.ts";

/** Options of a daemon. */
export interface DaemonOptions {
  readonly config: Config;
  readonly stateDir: string;
  readonly log: Log;
  readonly version: string;
  /** Additional stages with durable state. */
  readonly stages?: readonly Stage[];
  /** Throws a `Problem` for a config that a reload must not put in use, though it is valid. */
  readonly check?: (config: Config) => void;
}
