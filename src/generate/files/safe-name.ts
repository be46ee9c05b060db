import { createHash } from "node:crypto";

/** File names that are safe on every file system, but for those that end like a hash of `slug`. */
const safeFileName = /^(?!.*-[0-9a-f]{8}$)[a-z0-9][a-z0-9_-]{0,47}$/u;
/** Last parts of Kubernetes names, but for those that end like a hash of `objectName`. */
const safeObjectName = /^(?!(?:.*-)?[0-9a-f]{8}$)[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/u;

/**
 * Makes a file name, without extension, of any name: lower-case ASCII letters, digits, `-` and `_`. A safe name stays as
 * it is; any other gets eight digits of its hash, so that no two names share a file. So do the names in `reserved`.
 */
export function slug(name: string, reserved: ReadonlySet<string> = new Set()): string {
  if (safeFileName.test(name) && !reserved.has(name)) return name;
  const words = wordsOf(name, 40);
  return `${words === "" ? "model" : words}-${hashOf(name)}`;
}

/** Makes the name of a Kubernetes object of a prefix and any name, as `slug` does: lower-case letters, digits and `-`. */
export function objectName(prefix: string, name: string): string {
  if (safeObjectName.test(name)) return `${prefix}-${name}`;
  return [prefix, wordsOf(name, 32), hashOf(name)].filter((part) => part !== "").join("-");
}

function wordsOf(name: string, length: number): string {
  return name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/gu, "-")
    .slice(0, length)
    .replace(/^-+|-+$/gu, "");
}

function hashOf(name: string): string {
  return createHash("sha256").update(name).digest("hex").slice(0, 8);
}
