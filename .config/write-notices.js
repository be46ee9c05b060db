// `npm run notices`: writes into `dist` the licences of all code that others wrote, and a bill of materials (CycloneDX).
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { licenceFiles, shippedPackages } from "./shipped-packages.js";

const shipped = shippedPackages();

/** @type {Map<string, string[]>} who uses a text */
const texts = new Map();
for (const { name, version, license, folder } of shipped) {
  const files = licenceFiles(folder);
  const parts = files.map((file) => readFileSync(join(folder, file), "utf8").trim());
  for (const text of parts.length > 0 ? parts : [`Licence: ${license} (the package has no text of it)`]) {
    texts.set(text, [...(texts.get(text) ?? []), `${name} ${version}`]);
  }
}
const rule = "-".repeat(80);
const notices = [...texts].map(([text, users]) => `${[...new Set(users)].join(", ")}\n\n${text}\n`);
writeFileSync(
  "dist/THIRD_PARTY_NOTICES.txt",
  `This product contains, or is installed with, the following software of others.\n\n${rule}\n\n${notices.join(`\n${rule}\n\n`)}`,
);

/**
 * @typedef {object} Component
 * @property {string} bom-ref
 * @property {string} name
 * @property {string} version
 * @property {string} [group]
 */
/** @type {{ metadata: { component: Component }, components: Component[], dependencies: { ref: string, dependsOn?: string[] }[] }} */
const bill = JSON.parse(
  execFileSync("npm", ["sbom", "--sbom-format", "cyclonedx"], { encoding: "utf8", maxBuffer: 1 << 26 }),
);
const references = new Set(shipped.map(({ name, version }) => `${name}@${version}`));
const nameOf = (/** @type {Component} */ { group, name }) => (group === undefined ? name : `${group}/${name}`);
const components = bill.components
  .filter((one) => references.has(`${nameOf(one)}@${one.version}`))
  // npm says of each whether it is a development package, which those of the bundle are to npm alone.
  .map((one) => ({ ...one, properties: [] }));
const kept = new Set([bill.metadata.component, ...components].map((one) => one["bom-ref"]));
const dependencies = bill.dependencies
  .filter(({ ref }) => kept.has(ref))
  .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((one) => kept.has(one)) }));
writeFileSync("dist/sbom.cdx.json", `${JSON.stringify({ ...bill, components, dependencies }, null, 2)}\n`);
