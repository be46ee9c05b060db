// The packages of others that users get: those in the bundle, and those that are installed beside it.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

/**
 * @typedef {object} ShippedPackage
 * @property {string} name
 * @property {string} version
 * @property {string} license as its package.json says
 * @property {string} folder
 * @property {boolean} bundled false where it is installed beside the bundle
 */

/** The list of what a build put into the bundle. */
export const bundledList = "dist/modules/bundled.json";

/**
 * @param {Iterable<string>} inputs paths of bundled modules
 * @returns {string[]} the folders of their packages
 */
export function packageFolders(inputs) {
  const folders = [...inputs].flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/u.exec(path)?.[0] ?? []);
  return [...new Set(folders)].sort();
}

/** @returns {ShippedPackage[]} by name; of the build that is in `dist` */
export function shippedPackages() {
  /** @type {string[]} */
  const bundled = JSON.parse(readFileSync(bundledList, "utf8"));
  const beside = execFileSync("npm", ["ls", "--omit=dev", "--all", "--parseable"], { encoding: "utf8" })
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((path) => relative(process.cwd(), path).split(sep).join("/"));
  return [...new Set([...bundled, ...beside])]
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
      return { name, version, license: String(license), folder, bundled: bundled.includes(folder) };
    })
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/**
 * @param {string} folder of a package
 * @returns {string[]} its files of licences and notices, those of code inside of it that others wrote included
 */
export function licenceFiles(folder) {
  const inside = existsSync(join(folder, "dependencies"))
    ? readdirSync(join(folder, "dependencies"), { recursive: true, encoding: "utf8" }).map((path) =>
        join("dependencies", path),
      )
    : [];
  const isLicence = (/** @type {string} */ path) =>
    /(?:^|\/)(?:licen[cs]e|copying|copyright|notice)[^/]*$/iu.test(path);
  return [...readdirSync(folder), ...inside].filter(isLicence).sort();
}
