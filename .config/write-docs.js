// `npm run docs`: writes what the README takes from the code. jiti reads the sources as they stand, without a build.
import { readFileSync, writeFileSync } from "node:fs";
import { createJiti } from "jiti";

/** @type {typeof import("../test/support/metrics-table.ts")} */
const { betweenMarkers, metricsTable } = await createJiti(import.meta.url).import("../test/support/metrics-table.ts");
const readme = new URL("../README.md", import.meta.url);
writeFileSync(readme, betweenMarkers(readFileSync(readme, "utf8")).withPart(metricsTable()));
