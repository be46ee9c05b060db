import { createHash } from "node:crypto";

/**
 * A file name for any name: lower-case ASCII letters, digits, `-` and `_`. A name that is one already stays as it is;
 * any other gets eight digits of its hash, so that two names never share a file, on any file system. A name that ends
 * like such a hash gets one as well; so do those in `reserved`.
 */
export function slug(name: string, reserved: ReadonlySet<string> = new Set()): string {
  if (/^[a-z0-9][a-z0-9_-]{0,47}$/u.test(name) && !/-[0-9a-f]{8}$/u.test(name) && !reserved.has(name)) return name;
  const words = name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/gu, "-")
    .slice(0, 40)
    .replace(/^-+|-+$/gu, "");
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 8);
  return words === "" ? `model-${hash}` : `${words}-${hash}`;
}
