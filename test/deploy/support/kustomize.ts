import { spawnSync } from "node:child_process";
import { findProgram } from "../../support/tools.js";
import type { Manifest } from "./manifests.ts";

type Tree = Readonly<Record<string, unknown>>;

/** Lists whose items are told apart by a key: Kubernetes merges them item by item. Other lists are replaced. */
const mergeKeys: Readonly<Record<string, string>> = {
  containers: "name",
  initContainers: "name",
  volumes: "name",
  volumeMounts: "mountPath",
  ports: "containerPort",
};

/**
 * A strategic merge patch laid over an object: what kustomize and the API server do, as far as a sidecar needs it. What
 * a patch adds to a list comes first.
 */
export function strategicMerge(base: unknown, patch: unknown, at = ""): unknown {
  const key = mergeKeys[at];
  if (Array.isArray(base) && Array.isArray(patch) && key !== undefined) {
    const items = patch as Tree[];
    const kept = (base as Tree[]).map((item) => {
      const own = items.find((one) => one[key] === item[key]);
      return own === undefined ? item : strategicMerge(item, own);
    });
    return [...items.filter((item) => !(base as Tree[]).some((one) => one[key] === item[key])), ...kept];
  }
  if (!isTree(base) || !isTree(patch)) return patch;
  const merged = Object.entries(patch).map(([name, value]) => [
    name,
    name in base ? strategicMerge(base[name], value, name) : value,
  ]);
  return { ...base, ...Object.fromEntries(merged) };
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What `kubectl kustomize` makes of a folder; undefined where no kubectl is installed that knows components. */
export function kubectlKustomize(folder: string): string | undefined {
  const kubectl = findProgram("kubectl");
  if (kubectl === undefined) return undefined;
  const { status, stdout, stderr } = spawnSync(kubectl, ["kustomize", folder], { encoding: "utf8" });
  if (status === 0) return stdout;
  // Kustomize before 3.7, as in kubectl before 1.21, has no components.
  if (/unknown field "components"|invalid Kustomization/iu.test(stderr)) return undefined;
  throw new Error(stderr);
}

/** The object of a kind among others. */
export function ofKind(objects: readonly Manifest[], kind: string): Manifest {
  const found = objects.find((object) => object.kind === kind);
  if (found === undefined) throw new Error(`no ${kind}`);
  return found;
}
