import { readdirSync, readFileSync } from "node:fs";

/** The inodes that a process watches, as the kernel has it: in order, and once each. */
export function watchedInodes(pid: number | "self"): bigint[] {
  const inodes = readdirSync(`/proc/${pid}/fdinfo`).flatMap((fd) =>
    [...infoOf(pid, fd).matchAll(/^inotify wd:\S+ ino:(\S+)/gmu)].map(([, ino]) => BigInt(`0x${ino ?? ""}`)),
  );
  return sorted(inodes);
}

/** Inodes in the order of `watchedInodes`. */
export function sorted(inodes: Iterable<bigint>): bigint[] {
  return [...new Set(inodes)].sort((a, b) => (a < b ? -1 : 1));
}

function infoOf(pid: number | "self", fd: string): string {
  try {
    return readFileSync(`/proc/${pid}/fdinfo/${fd}`, "utf8");
  } catch {
    // It was closed in the meantime.
    return "";
  }
}
