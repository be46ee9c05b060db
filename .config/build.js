// `npm run build`: writes `dist`, which is what users get: the program with the packages that it uses in few files, since
// loading hundreds of modules is most of what a start takes. `dist/modules` has the types, and the program's modules one by
// one for benchmarks and tests of them, which are not part of the package.
import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { build } from "esbuild";
import { bundledList, packageFolders } from "./shipped-packages.js";

const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
rmSync("dist", { recursive: true, force: true });
for (const project of ["src", "src/page/client"]) {
  execFileSync(process.execPath, [tsc, "-p", project], { stdio: "inherit" });
}

const { metafile } = await build({
  entryPoints: [
    "src/cli/main.ts",
    "src/index.ts",
    // Modules that run on their own, in threads and in a process.
    "src/config/run-thread.ts",
    "src/web/bcrypt-thread.ts",
    "src/state/verify.ts",
    // Others are found from where this one is: as an entry of its own, its code stays in the top folder.
    "src/program-files.ts",
  ],
  outbase: "src",
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  // Native, or loaded when a config needs them.
  external: ["lmdb", "jiti", "re2js", "@eslint-community/regexpp"],
  banner: {
    js: 'import { createRequire as requireFor } from "node:module"; const require = requireFor(import.meta.url);',
  },
  legalComments: "none",
  logLevel: "warning",
  metafile: true,
});
writeFileSync(bundledList, JSON.stringify(packageFolders(Object.keys(metafile.inputs))));
