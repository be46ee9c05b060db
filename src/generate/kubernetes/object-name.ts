import { createHash } from "node:crypto";

/**
 * A name of Kubernetes for any name, after a prefix: lower-case letters, digits and `-`. A name that is one already
 * stays as it is; any other gets eight digits of its hash, and so does one that ends like such a hash.
 */
export function objectName(prefix: string, name: string): string {
  if (/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/u.test(name) && !/(?:^|-)[0-9a-f]{8}$/u.test(name)) {
    return `${prefix}-${name}`;
  }
  const words = name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/gu, "-")
    .slice(0, 32)
    .replace(/^-+|-+$/gu, "");
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 8);
  return [prefix, words, hash].filter((part) => part !== "").join("-");
}
