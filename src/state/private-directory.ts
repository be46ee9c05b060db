import { chmodSync, lstatSync, mkdirSync, mkdtempSync, rmdirSync, statSync, type Stats } from "node:fs";
import { dirname, join } from "node:path";
import type { Log } from "../log.ts";
import { errorCode, Problem } from "../problem.ts";
import { writeProblem } from "./writable-directory.ts";

/** Permissions that others must not have. */
const ofOthers = 0o077;

/**
 * Makes the directory of the store inside the state directory, or takes the one that is there, for this user alone: other
 * users of a shared volume can then neither read what lines it keeps, nor plant links in it.
 *
 * @throws a `Problem` when it is a link or belongs to another user, and when the state directory is unwritable.
 */
export function makePrivateDirectory(directory: string, log: Log): void {
  const parent = dirname(directory);
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw writeProblem(parent, error);
  }
  const found = lstatSync(directory);
  if (!found.isDirectory()) {
    throw new Problem(`cannot keep state in ${directory}: it is ${found.isSymbolicLink() ? "a link" : "a file"}`, {
      details: ["remove it, or choose another directory: --state DIR"],
    });
  }
  checkOwner(directory, found, ownerHere(parent));
  if ((found.mode & ofOthers) !== 0) takeFromOthers(directory, log);
  warnOfOthers(parent, log);
}

/**
 * Checks that a file in the state directory is missing, or a regular file of the owner of the store's directory with no
 * other name; throws a `Problem` otherwise.
 */
export function checkOwnFile(path: string, directory: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isFile() || found.nlink !== 1) {
    throw new Problem(`cannot keep state in ${path}: it is no regular file, or has another name`, {
      details: ["remove it, or choose another directory: --state DIR"],
    });
  }
  checkOwner(path, found, statSync(directory).uid);
}

function checkOwner(path: string, { uid }: Stats, own: number): void {
  if (uid === own) return;
  throw new Problem(`cannot keep state in ${path}: it belongs to another user (uid ${uid})`, {
    details: [`give it to this user: chown -R ${own} ${path}`, "or choose another directory: --state DIR"],
  });
}

/** The owner of what this process makes in a directory: SMB and FUSE give all files of a mount to one user. */
function ownerHere(parent: string): number {
  const effective = process.geteuid?.() ?? 0;
  try {
    const probe = mkdtempSync(join(parent, ".probe-"));
    const { uid } = lstatSync(probe);
    rmdirSync(probe);
    return uid;
  } catch {
    // A full or read-only disk, which a later step reports.
    return effective;
  }
}

/** Takes permissions away that Kubernetes gives to the group of a volume (`fsGroup`) at each start. */
function takeFromOthers(directory: string, log: Log): void {
  chmodSync(directory, 0o700);
  if ((lstatSync(directory).mode & ofOthers) === 0) return;
  log.warn({ directory }, "other users can reach the state: its file system does not keep permissions");
}

/**
 * Warns of a state directory in which other users may rename the store; a volume of a pod is quiet, since
 * Kubernetes makes an `emptyDir` writable for all, and only the pod sees it.
 */
function warnOfOthers(directory: string, log: Log): void {
  const { mode, uid } = statSync(directory);
  const sticky = (mode & 0o1000) !== 0;
  const foreign = uid !== 0 && uid !== process.geteuid?.();
  if ((!foreign && ((mode & 0o002) === 0 || sticky)) || isVolumeOfPod(directory)) return;
  const what = { directory, mode: (mode & 0o7777).toString(8), uid };
  log.warn(
    what,
    "other users can remove or replace the state: the directory belongs to another user or is writable for all",
  );
}

function isVolumeOfPod(directory: string): boolean {
  if (process.env["KUBERNETES_SERVICE_HOST"] === undefined) return false;
  return statSync(directory).dev !== statSync(dirname(directory)).dev;
}
