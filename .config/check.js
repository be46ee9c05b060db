// `npm run check`: everything that a machine can say about the repository short of the tests. Each check is a script of
// package.json and runs whatever the others said, so that one run shows all there is to mend.
import { spawnSync } from "node:child_process";

const checks = ["types", "lint", "layout", "unused", "imports", "package", "supply"];

const failed = checks.filter((name) => {
  console.log(`\n== npm run ${name}`);
  const started = performance.now();
  const { status } = spawnSync("npm", ["run", "--silent", name], { stdio: ["ignore", "inherit", "inherit"] });
  console.log(`${status === 0 ? "ok" : "FAILED"} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  return status !== 0;
});

console.log(failed.length === 0 ? "\nAll checks passed." : `\nFailed: ${failed.join(", ")}.`);
process.exitCode = failed.length === 0 ? 0 : 1;
