// `npm run supply`: what of others is shipped, and under which licences; fails where the lock file could be answered with other
// contents, or names where packages come from.
import { readFileSync } from "node:fs";
import { shippedPackages } from "./shipped-packages.js";

/** Licences that ask for no more than to be named. */
const allowed = new Set(["MIT", "ISC", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "BlueOak-1.0.0"]);
/** Packages whose install scripts need not run: what they would build is in packages of its own, built already. */
const scriptsNotNeeded = new Set(["lmdb", "msgpackr-extract"]);

/**
 * @typedef {object} Locked
 * @property {string} [integrity]
 * @property {string} [resolved]
 * @property {boolean} [hasInstallScript]
 */
/** @type {{ packages: Record<string, Locked> }} */
const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
const shipped = shippedPackages();
const faults = [
  ...Object.entries(lock.packages)
    .filter(([path]) => path !== "")
    .flatMap(([path, { integrity, resolved }]) => [
      ...(integrity === undefined ? [`${path}: the lock file has no hash of it`] : []),
      ...(resolved === undefined ? [] : [`${path}: the lock file names ${resolved}`]),
    ]),
  ...shipped.flatMap(({ name, license, folder, bundled }) => [
    ...(allowed.has(license) ? [] : [`${name}: its licence is ${license}; expected one of ${[...allowed].join(", ")}`]),
    ...(!bundled && lock.packages[folder]?.hasInstallScript === true && !scriptsNotNeeded.has(name)
      ? [`${name}: it wants to run a script when it is installed`]
      : []),
  ]),
];
/** @type {Map<string, number>} */
const licences = new Map();
for (const { license } of shipped) licences.set(license, (licences.get(license) ?? 0) + 1);
const beside = shipped.filter(({ bundled }) => !bundled);
console.log(
  `${shipped.length - beside.length} packages in the bundle, ${beside.length} beside it: ${beside.map(({ name }) => name).join(", ")}`,
);
console.log([...licences].map(([license, count]) => `${license} ${count}`).join(", "));
for (const fault of faults) console.error(fault);
process.exitCode = faults.length === 0 ? 0 : 1;
