import { basename } from "node:path";
import { realPathOf } from "../discovery/paths.ts";
import { isRotatedName, logName } from "../identity/rotation-names.ts";
import type { Place } from "../tracking/transitions.ts";
import type { Scan } from "./context.ts";

/** Path under which a file is followed, and the source that it belongs to. */
export type Home = Omit<Place, "isLive">;

/** Times since when the paths of a log are followed (Unix ms). */
interface Since {
  readonly any: number | undefined;
  readonly unmarked: number | undefined;
}

/** Paths under which the logs of a scan are or were followed. */
export class LogHomes {
  readonly #scan: Pick<Scan, "paths" | "known" | "owners" | "request">;
  /** Found out when it is asked for first: what begins then is under one of these paths. */
  #byLog: ReadonlyMap<string, readonly Home[]> | undefined;
  readonly #sinceByLog = new Map<string, Since>();

  constructor(scan: Pick<Scan, "paths" | "known" | "owners" | "request">) {
    this.#scan = scan;
  }

  /** The paths under which a log is or was, and whose it is. */
  of(log: string): readonly Home[] {
    this.#byLog ??= this.#find();
    return this.#byLog.get(log) ?? [];
  }

  /** Since when a file is followed, under its path or as what was rotated away from its log; undefined: that begins now. */
  since(name: string, path: string | undefined): number | undefined {
    const { any, unmarked } = this.#sinceOf(logName(name));
    if (path === undefined) return any;
    // The numbers of logs that are told apart by them alone, and the marks of rotation, look alike.
    return earliest(unmarked, this.#scan.request.since(path));
  }

  /** Since when any path of a log is followed, and any without a mark of rotation. */
  #sinceOf(log: string): Since {
    const known = this.#sinceByLog.get(log);
    if (known !== undefined) return known;
    let [any, unmarked]: (number | undefined)[] = [];
    for (const { path } of this.of(log)) {
      const since = this.#scan.request.since(path);
      any = earliest(any, since);
      if (!isRotatedName(path)) unmarked = earliest(unmarked, since);
    }
    const since = { any, unmarked };
    this.#sinceByLog.set(log, since);
    return since;
  }

  #find(): Map<string, Home[]> {
    const { paths, known, owners } = this.#scan;
    const byLog = new Map<string, Home[]>();
    const add = (realPath: string, home: Home): void => {
      const log = logName(basename(realPath));
      const homes = byLog.get(log);
      if (homes === undefined) byLog.set(log, [home]);
      else homes.push(home);
    };
    for (const path of paths) {
      const source = owners.of(path);
      if (source !== undefined) add(realPathOf(path), { source, path });
    }
    for (const file of known) add(file.realPath, file);
    return byLog;
  }
}

function earliest(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Math.min(one, other);
}
