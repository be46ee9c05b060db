import type { LogFolder } from "./log-folder.ts";

/** What happens in a case. */
export type Scene = (folder: LogFolder) => Promise<void> | void;

/** One row of the conformance table. */
export interface LogCase {
  /** The globs that the daemon follows in the case's folder; default `app.log`. */
  readonly files?: readonly string[];
  readonly exclude?: readonly string[];
  /** Where links may lead to, in the case's folder. */
  readonly linksTo?: readonly string[];
  /** What is around each line; default nothing. */
  readonly wrapper?: "cri" | "docker";
  /** What is there before the daemon is started for the first time. */
  readonly before?: (folder: LogFolder) => void;
  /**
   * What happens while the daemon runs, then what happens while it does not, then while it runs again, and so on. After a
   * scene in which it runs, it must count what was written; then it is killed.
   */
  readonly scenes: readonly Scene[];
}

/** Cases by their names. */
export type LogCases = Readonly<Record<string, LogCase>>;
