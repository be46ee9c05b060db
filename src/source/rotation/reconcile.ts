import { basename, dirname } from "node:path";
import { type Candidate, FileMoved } from "../identity/candidate.ts";
import { inodeOf } from "../identity/fingerprint.ts";
import { isRotatedName, logGroup } from "../identity/rotation-names.ts";
import type { TrackedFile } from "../tracking/tracked-file.ts";
import { PathAssigner } from "./assign-paths.ts";
import { UntrackedClassifier } from "./classify-untracked.ts";
import { type ScanResult, type Context, isRequested, type Scan, type ScanRequest } from "./context.ts";
import { OriginalFinder } from "./find-original.ts";
import { TrackedLocator } from "./locate-tracked.ts";
import { Snapshot } from "./snapshot.ts";

/** Rotation that goes on while its files are compared makes the comparison begin again, so many times. */
const mostAttempts = 5;

/**
 * Reconciles the tracked files of a log with a directory: locates them, continues them in copies, and finds new ones.
 *
 * A file is its content. A rename changes its name, a copy (compressed or not) its inode, and truncation leaves the inode to
 * another file; none of them changes what was read. So a tracked file is identified by its first bytes and by those before
 * its offset, an untracked one is compared with all tracked ones, and only one that matches none is new. The directory is
 * checked again after the originals: a copy is complete before its original is truncated, so if an original is gone and no
 * name has changed, the snapshot holds its copy.
 */
export function reconcile(context: Context, request: ScanRequest): ScanResult {
  if (!isInReach(context, request.dir)) return "settled";
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const snapshot = new Snapshot(
      request.dir,
      (name) => request.groups.has(logGroup(name)),
      (candidate) => context.files.knows(candidate),
      context.isOwn,
    );
    try {
      return scanDirectory(beginScan(context, request, snapshot));
    } catch (error) {
      if (!(error instanceof FileMoved)) throw error;
    } finally {
      snapshot.close();
    }
  }
  return "moving";
}

/** Tells whether a directory may be read: a source reaches it, or a file that is followed was there when one did. */
function isInReach({ files, isHeld }: Context, dir: string): boolean {
  return isHeld(dir) || [...files.followed()].some(({ realPath }) => dirname(realPath) === dir);
}

function beginScan(context: Context, request: ScanRequest, snapshot: Snapshot): Scan {
  const { files, transitions } = context;
  const ofKin = [...files.all()].filter((file) => isRequested(request, file));
  // What has come here from elsewhere is known by its number.
  const come = [...snapshot].flatMap(({ inode }) => files.withInode(inode) ?? []);
  const known = [...new Set([...ofKin, ...come])];
  const here = new Set<TrackedFile>();
  const placeOf = (file: TrackedFile): Candidate | undefined => (here.has(file) ? snapshot.get(file.inode) : undefined);
  const plainCopiesOf = (file: TrackedFile): Candidate[] =>
    [...file.copies.keys()]
      .flatMap((inode) => snapshot.get(inode) ?? [])
      .filter((copy) => !copy.isCompressed && files.copiedBy(copy) === file);
  const originals = new OriginalFinder(
    known,
    (file) => (here.has(file) ? transitions.contentOf(file, placeOf(file)) : undefined),
    (file) => (placeOf(file)?.isCompressed === true ? placeOf(file) : undefined),
    (file) => (here.has(file) ? [] : plainCopiesOf(file)),
  );
  const paths = new Set([...request.paths].filter((path) => context.owners.of(path) !== undefined));
  return { ...context, request, snapshot, paths, known, here, originals };
}

function scanDirectory(scan: Scan): ScanResult {
  const { snapshot, request, paths } = scan;
  const known = new TrackedLocator(scan);
  const placement = new PathAssigner(scan, request.dir);
  const untracked = new UntrackedClassifier(scan, placement);
  const realPaths = new Map<string, string>();
  includePaths(scan, realPaths);
  known.locate();
  // Asked only now: what was truncated until here was copied before, and the copy has a name.
  const isSettled = snapshot.isSettled() || request.isUrgent;
  if (isSettled) known.markUnfoundMissing();
  known.continueInCopies();
  const isGrowing = untracked.classify(includePaths(scan, realPaths), isSettled);
  const isPlaced = [...paths].map((path) => placement.place(path)).every(Boolean);
  if (!isPlaced || !isSettled) return "moving";
  const isWaiting = known.retireMissing();
  known.forgetCopies();
  return isGrowing || isWaiting ? "growing" : "settled";
}

/**
 * Maps inodes to the configured paths that lead to them, and adds files that were not found by name to the snapshot.
 * `realPaths` caches resolved links.
 */
function includePaths(
  { snapshot, paths, files, owners, request, look }: Scan,
  realPaths: Map<string, string>,
): Map<string, string> {
  const pathOf = new Map<string, string>();
  for (const { path, name, inode } of snapshot) {
    if (!isRotatedName(name) && files.withInode(inode) === undefined && owners.of(path) !== undefined) paths.add(path);
  }
  for (const path of paths) {
    const seen = look(path);
    if (seen === undefined || !("stat" in seen)) continue;
    const key = `${inodeOf(seen.stat)} ${path}`;
    const real = realPaths.get(key) ?? seen.real;
    realPaths.set(key, real);
    if (dirname(real) !== request.dir) continue;
    const { inode } = snapshot.include(seen, basename(real));
    pathOf.set(inode, owners.preferred(pathOf.get(inode) ?? path, path));
  }
  return pathOf;
}
