import { fstatSync, lstatSync, type BigIntStats } from "node:fs";
import { inodeOf } from "../identity/fingerprint.ts";

/** Files that the process itself writes: its state, its standard output and error. */
export class OwnFiles {
  readonly #list: () => Iterable<string>;
  #inodes: ReadonlyMap<string, string> = new Map();

  /** `list` returns the paths of the state's files. */
  constructor(list: () => Iterable<string> = () => []) {
    this.#list = list;
  }

  /** Looks anew which files there are. */
  renew(): void {
    const inodes = new Map<string, string>();
    for (const fd of [1, 2]) add(inodes, () => fstatSync(fd, { bigint: true }), "the exporter's own log");
    for (const path of this.#list())
      add(inodes, () => lstatSync(path, { bigint: true }), "a file of the exporter's state");
    this.#inodes = inodes;
  }

  /** Describes an own file; undefined for any other. */
  describe(stat: BigIntStats): string | undefined {
    return this.#inodes.get(inodeOf(stat));
  }
}

function add(inodes: Map<string, string>, ask: () => BigIntStats, what: string): void {
  try {
    const stat = ask();
    if (stat.isFile()) inodes.set(inodeOf(stat), what);
  } catch {
    // A closed descriptor, or a file that is gone, is read by nobody.
  }
}
