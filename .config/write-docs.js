// `npm run docs`: writes what docs and the types of a config take from the code. jiti reads the sources as they
// stand, without a build.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createJiti } from "jiti";
import { format } from "prettier";

const jiti = createJiti(import.meta.url);
/** @param {string} path */
const at = (path) => new URL(`../${path}`, import.meta.url);

/** @type {typeof import("../test/support/metrics-table.ts")} */
const { betweenMarkers, metricsTable } = await jiti.import("../test/support/metrics-table.ts");
writeFileSync(
  at("docs/metrics.md"),
  betweenMarkers(readFileSync(at("docs/metrics.md"), "utf8")).withPart(metricsTable()),
);

/** @type {typeof import("../test/support/config-types.ts")} */
const { configTypes } = await jiti.import("../test/support/config-types.ts");
for (const [name, types] of configTypes()) {
  writeFileSync(at(`src/config/${name}`), await format(types, { parser: "typescript", printWidth: 120 }));
}

/** @type {typeof import("../test/support/config-reference.ts")} */
const { configReference } = await jiti.import("../test/support/config-reference.ts");
mkdirSync(at("docs"), { recursive: true });
writeFileSync(at("docs/config.md"), configReference());

/** @type {typeof import("../test/forms/page.ts")} */
const { formsPage } = await jiti.import("../test/forms/page.ts");
writeFileSync(at("docs/forms.md"), await formsPage());
