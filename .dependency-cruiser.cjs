// Which folder of src may import which: the way of the data, held by the machine. A stage knows what is left of it and
// nothing of what is right of it; a folder that is not named as a key may import nothing but the ground files.
const stages = ["source", "decode", "merge", "join", "window"];
const mayImport = {
  source: [],
  decode: ["source"],
  merge: ["decode"],
  join: ["decode"],
  window: ["decode", "join"],
  quality: ["window"],
  state: [],
  // Bodies of requests to lines of events, each once; what takes the lines is handed to it.
  ingest: ["decode"],
  config: [...stages, "quality", "ingest"],
  // The judge is handed the sums of windows and knows nothing of where they come from.
  objectives: ["config", "quality"],
  // What `init` does before a config is there.
  init: ["source", "decode"],
  exposition: [...stages, "quality", "ingest", "config", "objectives"],
  // What the exposition tells, as line protocol.
  influxdb: ["window", "quality", "config", "objectives", "exposition"],
  // What the exposition tells, as HTML; its scripts are for the browser and know nothing of the rest.
  page: [...stages, "quality", "config", "objectives", "exposition"],
  generate: ["config", "window", "quality", "objectives", "exposition"],
  // Logs as history: what would have been said at each instant.
  replay: [...stages, "quality", "config", "exposition", "generate", "pipeline", "timeline"],
  // Who may ask the server: of the config it takes the wording of faults.
  web: ["config"],
  server: [
    ...stages,
    "quality",
    "ingest",
    "state",
    "config",
    "objectives",
    "exposition",
    "influxdb",
    "page",
    "pipeline",
    "timeline",
    "web",
  ],
  cli: [".*"],
};

// The same inside a folder that has folders: the files beside these may import all of them, and of these files a folder
// may import the `ground` only.
const mayImportWithin = {
  // What a file is knows nothing of where it was found, and what is tracked nothing of who reads it and who finds out what
  // rotation did.
  source: {
    ground: ["source", "input", "pace"],
    folders: {
      identity: [],
      discovery: ["identity"],
      tracking: ["identity", "discovery"],
      reading: ["identity", "tracking"],
      rotation: ["identity", "discovery", "tracking"],
    },
  },
  generate: {
    ground: ["tool-versions"],
    folders: {
      promql: [],
      files: [],
      rules: ["promql", "files"],
      "rule-tests": ["rules", "promql"],
      alertmanager: ["rules", "promql"],
      runbooks: ["rules", "promql", "files"],
      grafana: ["rules", "promql", "files"],
      kubernetes: ["alertmanager", "promql", "files"],
    },
  },
};

// What every folder may import: they import nothing of the product themselves.
const ground =
  "(?:problem|log|clock|serializable|fault-points|heap|in-turns|make-directory|program-files|stage|steady-clock|token-bucket|version)\\.ts$";
const anyFolder = Object.keys(mayImport).join("|");

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "no-circular",
      comment: "A table and its members may name each other's types: the contract stands beside the table.",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    { name: "no-orphans", severity: "error", from: { orphan: true }, to: {} },
    { name: "not-to-unresolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
    {
      name: "src-needs-no-tests",
      comment: "What ships must not need what is not shipped.",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^(?:test|examples|\\.config)/" },
    },
    {
      name: "src-needs-listed-packages",
      comment: "Most are development packages to npm, since the build puts them into the bundle.",
      severity: "error",
      from: { path: "^src/" },
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "ground-imports-nothing",
      comment:
        "problem, log, clock, serializable, stage, fault-points, make-directory, program-files, token-bucket and version are below everything.",
      severity: "error",
      from: { path: `^src/${ground}` },
      to: { path: "^src/", pathNot: `^src/${ground}` },
    },
    {
      name: "known-folders",
      comment: "A new folder of src needs a row in the table above.",
      severity: "error",
      from: { path: `^src/(?!(?:${anyFolder})/)[^/]+/` },
      to: {},
    },
    ...Object.entries(mayImport).map(([folder, others]) => ({
      name: `what-${folder}-may-import`,
      severity: /** @type {const} */ ("error"),
      from: { path: `^src/${folder}/` },
      to: { path: "^src/", pathNot: `^src/(?:${ground}|(?:${[folder, ...others].join("|")})(?:/|\\.ts$))` },
    })),
    ...Object.entries(mayImportWithin).flatMap(([parent, { ground: files, folders }]) => [
      {
        name: `known-folders-of-${parent}`,
        comment: "A new folder needs a row in the table above.",
        severity: /** @type {const} */ ("error"),
        from: { path: `^src/${parent}/(?!(?:${Object.keys(folders).join("|")})/)[^/]+/` },
        to: {},
      },
      ...Object.entries(folders).map(([folder, others]) => ({
        name: `what-${parent}-${folder}-may-import`,
        severity: /** @type {const} */ ("error"),
        from: { path: `^src/${parent}/${folder}/` },
        to: {
          path: `^src/${parent}/`,
          pathNot: `^src/${parent}/(?:(?:${files.join("|")})\\.ts$|(?:${[folder, ...others].join("|")})/)`,
        },
      })),
    ]),
    {
      name: "nothing-imports-cli",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/cli/" },
      to: { path: "^src/cli/" },
    },
    {
      name: "scripts-of-the-page-stand-alone",
      comment: "A browser loads them from one folder.",
      severity: "error",
      from: { path: "^src/page/client/" },
      to: { pathNot: "^src/page/client/" },
    },
    {
      name: "nothing-runs-scripts-of-the-page",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/page/client/" },
      to: { path: "^src/page/client/" },
    },
    {
      name: "generate-takes-types-of-exposition",
      comment: "The names of the exporter's metrics, so that a rule cannot ask for one that is not there.",
      severity: "error",
      from: { path: "^src/generate/" },
      to: { path: "^src/exposition/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "stages-share-types-only",
      comment: "A stage is handed the data of an earlier one; it does not run its code.",
      severity: "error",
      from: { path: `^src/(${stages.join("|")}|quality)/` },
      to: { path: `^src/(?:${stages.join("|")})/`, pathNot: "^src/$1/", dependencyTypesNot: ["type-only"] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: { conditionNames: ["import", "node", "default", "types"], exportsFields: ["exports"] },
  },
};
