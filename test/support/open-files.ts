import { readdirSync, readlinkSync } from "node:fs";

/** The paths of the files under a folder that a process has open; those that are deleted end with ` (deleted)`. */
export function openFiles(pid: number, dir: string): readonly string[] {
  const paths = readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`);
    } catch {
      // It was closed meanwhile.
      return [];
    }
  });
  return paths.filter((path) => path.startsWith(`${dir}/`));
}
