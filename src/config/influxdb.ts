import { hostname } from "node:os";
import { dirname, resolve } from "node:path";
import * as z from "zod";
import { figureLabels } from "../quality/page-metrics.ts";
import { isRecord } from "../serializable.ts";
import { duration } from "./duration.ts";
import type { InfluxTarget, Secret } from "./influxdb-target.ts";
import { secretText } from "./inline-secrets.ts";
import { readAs } from "./input-form.ts";
import { expected, quoted } from "./messages.ts";
import { integer, oneOf, text, webAddress } from "./scalars.ts";
import { delegate, namedMap, object, refuse } from "./strict-object.ts";

/** Versions of InfluxDB's interface for writing. */
const apis = ["v1", "v2", "v3"] as const;

type Api = (typeof apis)[number];

/** Choices of the cells of a confusion matrix: those of up to ten classes, all that occur, or none. */
const cells = ["auto", "nonzero", "none"] as const;

const secret = object({
  env: text("the name of an environment variable").describe("An environment variable, read at each use."),
});

/** Schema of a secret in a variable of the environment; a text would be the secret itself. */
const secretVariable = (file: string) =>
  readAs({ name: "SecretInput", schema: () => secretForm }, (value, ctx): { readonly env: string } => {
    if (typeof value === "string") return refuse(ctx, `${secretText(file)}, or give { env: "NAME" }`);
    return delegate(secret, value, ctx) ?? z.NEVER;
  });

const secretForm = z.strictObject({
  env: z.string().describe("The name of an environment variable, read at each use."),
});

const token = {
  token: secretVariable("tokenFile").optional().describe("The token, from a variable of the environment."),
  tokenFile: text("a path")
    .optional()
    .describe("File with the token, relative to the folder of the config and read at each use."),
};

/** The keys of each version besides those of all. */
const shapes = {
  v1: {
    api: oneOf(["v1"]).describe("InfluxDB 1.x, VictoriaMetrics and others that take its `/write`."),
    database: text("the name of a database").describe("The database, which must be there."),
    retentionPolicy: text("the name of a retention policy")
      .optional()
      .describe("The retention policy; by default the database's own."),
    username: text("the name of a user").optional().describe("The user; by default there is no login."),
    password: secretVariable("passwordFile")
      .optional()
      .describe("The user's password, from a variable of the environment."),
    passwordFile: text("a path")
      .optional()
      .describe("File with the user's password, relative to the folder of the config and read at each use."),
  },
  v2: {
    api: oneOf(["v2"]).describe("InfluxDB 2.x and InfluxDB Cloud."),
    org: text("the name of an organisation").describe("The organisation, by name or id."),
    bucket: text("the name of a bucket").describe("The bucket, which must be there."),
    ...token,
  },
  v3: {
    api: oneOf(["v3"]).describe("InfluxDB 3."),
    database: text("the name of a database").describe("The database."),
    ...token,
  },
} as const satisfies Record<Api, z.ZodRawShape>;

const urlWhat = "an http:// or https:// address without a login";

/** The keys of all versions. */
function commonShape(env: NodeJS.ProcessEnv) {
  return {
    url: webAddress
      .refine((value) => !/^https?:\/\/[^/?#]*@/u.test(value), {
        error: "secrets are not allowed in the config; give the login by keys of its own",
      })
      .refine((value) => !/[?#]/u.test(value), { error: expected(urlWhat) })
      .transform((url) => url.replace(/\/+$/u, ""))
      .describe("The address of InfluxDB, like `http://127.0.0.1:8086`."),
    interval: duration(1)
      .refine(({ ms }) => ms % 1000 === 0 && ms <= 3_600_000, { error: "expected whole seconds, at most 1h" })
      .prefault("15s")
      .describe("How often the figures are written, at multiples of it since 1970."),
    tags: namedMap((name) => tag(name, env), "an object of tags and values", tagFault)
      .prefault({})
      .describe("Further tags of all points; `instance` tells replicas apart and is the host's name by default."),
    confusion: oneOf(cells)
      .default("auto")
      .describe("Cells of confusion matrices: those of models with up to ten classes, all that occur, or none."),
    maxBufferedBytes: integer(65_536, 2 ** 32)
      .default(67_108_864)
      .describe("Most bytes of compressed lines that wait for the server; past it the oldest are dropped and counted."),
  };
}

/** Schema of `influxdb`: the keys of each version of its interface apart. */
export function influxdb(env: NodeJS.ProcessEnv) {
  const form = {
    name: "InfluxdbInput",
    schema: () => z.union(apis.map((api) => z.strictObject({ ...shapes[api], ...commonShape(env) }))),
  };
  const common = commonShape(env);
  const v1 = object({ ...shapes.v1, ...common }, { refused: refusedOf("v1") });
  const v2 = object({ ...shapes.v2, ...common }, { refused: refusedOf("v2") });
  const v3 = object({ ...shapes.v3, ...common }, { refused: refusedOf("v3") });
  return readAs(form, (value, ctx): CheckedInflux => {
    if (!isRecord(value))
      return refuse(ctx, expected('an object like { url, api: "v2", org, bucket, tokenFile }')({ input: value }));
    const api = delegate(oneOf(apis), value["api"], ctx, "api");
    if (api === undefined) return z.NEVER;
    const checked =
      api === "v1" ? delegate(v1, value, ctx) : api === "v2" ? delegate(v2, value, ctx) : delegate(v3, value, ctx);
    for (const [name, file] of [
      ["token", "tokenFile"],
      ["password", "passwordFile"],
    ] as const) {
      if (value[name] !== undefined && value[file] !== undefined) {
        refuse(ctx, `expected ${quoted(name)} or ${quoted(file)}, not both`, [file]);
      }
    }
    if (api === "v1" && value["username"] === undefined) {
      for (const key of ["password", "passwordFile"]) {
        if (value[key] !== undefined) refuse(ctx, "missing; a password needs its user", ["username"]);
      }
    }
    if (api === "v2" && value["token"] === undefined && value["tokenFile"] === undefined) {
      refuse(ctx, "missing; expected a path, since InfluxDB 2 takes nothing without a token", ["tokenFile"]);
    }
    return checked ?? z.NEVER;
  });
}

/** The section with valid keys. */
type CheckedInflux =
  | z.output<ReturnType<typeof object<(typeof shapes)["v1"] & ReturnType<typeof commonShape>>>>
  | z.output<ReturnType<typeof object<(typeof shapes)["v2"] & ReturnType<typeof commonShape>>>>
  | z.output<ReturnType<typeof object<(typeof shapes)["v3"] & ReturnType<typeof commonShape>>>>;

/** Keys of other versions, with the message that refuses each. */
function refusedOf(api: Api): Record<string, { text: string; instead: string }> {
  const own = Object.keys(shapes[api]).filter((key) => key !== "api");
  const others = apis.flatMap((other) => Object.keys(shapes[other]).filter((key) => !(key in shapes[api])));
  const refusal = (key: string): string => {
    const known = apis.filter((other) => key in shapes[other]).map(quoted);
    return `is a key of api ${known.join(" and ")}; those of ${quoted(api)} are ${own.map(quoted).join(", ")}`;
  };
  return Object.fromEntries(others.map((key) => [key, { text: refusal(key), instead: key }]));
}

const tagForm = {
  schema: () => z.union([z.string(), z.strictObject(variableShape)]),
};
const variableShape = {
  env: text("the name of an environment variable").describe("An environment variable, read when the config is loaded."),
  default: text().optional().describe("The value when the variable is not set."),
};
const fromEnvironment = object(variableShape);

/** Schema of the value of a tag: a text, or a variable of the environment. */
function tag(name: string, env: NodeJS.ProcessEnv): z.ZodType<string> {
  return readAs(tagForm, (value, ctx): string => {
    if (!isRecord(value)) return delegate(text(`a text, or { env: "NAME" }`), value, ctx) ?? z.NEVER;
    const checked = delegate(fromEnvironment, value, ctx);
    if (checked === undefined) return z.NEVER;
    const found = env[checked.env];
    const word = found === undefined || found === "" ? checked.default : found;
    if (word !== undefined) return word;
    const what = `the environment variable ${checked.env} is not set; set it, or give a \`default\` beside \`env\``;
    return refuse(ctx, name === "instance" ? `${what}; without the tag it is the host's name` : what, ["env"]);
  });
}

/** Tags of our points that are no labels of tags. */
const ownTags = ["model", "version", ...figureLabels, "objective", "team", "severity", "source"];

function tagFault(name: string): string | undefined {
  if (!/^[a-zA-Z][a-zA-Z0-9_]*$/u.test(name)) return `${quoted(name)} is no name of a tag; use letters, digits and _`;
  return ownTags.includes(name) || name === "time"
    ? `${quoted(name)} is a tag of the figures; choose another`
    : undefined;
}

/** Resolves the section; paths are relative to the folder of the config. */
export function resolveInflux(checked: CheckedInflux, file: string): InfluxTarget {
  const { url, interval, tags, confusion, maxBufferedBytes } = checked;
  const common = {
    url,
    intervalMs: interval.ms,
    tags: new Map([["instance", hostname()], ...tags]),
    confusion,
    maxBufferedBytes,
  };
  const secretOf = (variable: { readonly env: string } | undefined, path: string | undefined): Secret | undefined =>
    variable ?? (path === undefined ? undefined : { file: resolve(dirname(file), path) });
  switch (checked.api) {
    case "v1": {
      const { api, database, retentionPolicy, username, password, passwordFile } = checked;
      return { ...common, api, database, retentionPolicy, username, password: secretOf(password, passwordFile) };
    }
    case "v2": {
      const { api, org, bucket } = checked;
      return { ...common, api, org, bucket, token: secretOf(checked.token, checked.tokenFile) };
    }
    case "v3":
      return {
        ...common,
        api: checked.api,
        database: checked.database,
        token: secretOf(checked.token, checked.tokenFile),
      };
  }
}
