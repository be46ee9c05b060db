import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "@jest/globals";
import { format } from "prettier";
import { parse } from "yaml";
import { configJsonSchema } from "../../src/config/json-schema.ts";
import { configReference } from "../support/config-reference.ts";
import { configTypes } from "../support/config-types.ts";
import { run } from "../support/daemon.ts";
import { readRepositoryFile } from "../support/repository.ts";

const fixtures = fileURLToPath(new URL("../fixtures/config", import.meta.url));

/** Every schema inside of a JSON Schema, with the path that leads to it. */
function* nodes(value: unknown, path = "$"): Generator<readonly [string, Record<string, unknown>]> {
  if (typeof value !== "object" || value === null) return;
  for (const [key, below] of Object.entries(value)) {
    if (key === "default" || key === "enum" || key === "required") continue;
    yield* nodes(below, `${path}.${key}`);
  }
  const isMap = /\.(?:properties|\$defs)$/u.test(path);
  if (!isMap && !Array.isArray(value)) yield [path, { ...value }];
}

describe("the JSON Schema of the config", () => {
  const schema = configJsonSchema();
  const validate = new Ajv2020({ strict: false }).compile(schema);

  test("the JSON Schema says something of each value: none is left open but the settings of other programs", () => {
    const open = [...nodes(schema)].filter(([, node]) => Object.keys(node).length === 0).map(([path]) => path);
    expect(open).toEqual([
      "$.$defs.RawReceiverInput.additionalProperties.items.additionalProperties",
      "$.$defs.RawReceiver.properties.settings.additionalProperties",
    ]);
  });

  test("the JSON Schema says of every key what it is for", () => {
    const bare = [...nodes(schema)].filter(([path, node]) => {
      return /\.properties\.[^.]+$/u.test(path) && typeof node["description"] !== "string";
    });
    expect(bare.map(([path]) => path)).toEqual([]);
  });

  test("the JSON Schema takes what the check takes, and refuses a key that is misspelt or a value of another type", () => {
    const good = readdirSync(fixtures).filter((name) => /\.good\.(?:json|yaml)$/u.test(name));
    expect(good.length).toBeGreaterThan(0);
    for (const name of good) {
      const value: unknown = parse(readFileSync(`${fixtures}/${name}`, "utf8"), { merge: true });
      expect({ name, valid: validate(value), errors: validate.errors }).toEqual({ name, valid: true, errors: null });
    }
    const sources = [{ files: ["a.jsonl"] }];
    expect(validate({ sources })).toBe(true);
    expect(validate({ sources: [{ files: ["a.jsonl"], feilds: {} }] })).toBe(false);
    expect(validate({ sources, limits: { maxTags: "many" } })).toBe(false);
    expect(validate({ sources, limits: { maxTags: 0 } })).toBe(false);
    expect(validate({ sources, windows: [{ last: "1000" }] })).toBe(false);
    expect(validate({})).toBe(false);
  });

  test("the JSON Schema is what `check --json-schema` prints, without a config", async () => {
    const { code, stdout } = await run(["check", "--json-schema", "--config", "/nowhere.ts"]);
    expect(JSON.parse(stdout)).toEqual(schema);
    expect(code).toBe(0);
  });
});

describe("what `npm run docs` writes from the schema is current:", () => {
  test.each([...configTypes()])(
    "`npm run docs` leaves unchanged the types of defineConfig in %s",
    async (name, text) => {
      const types = await format(text, { parser: "typescript", printWidth: 120 });
      expect(readRepositoryFile(`src/config/${name}`)).toBe(types);
    },
  );

  test("`npm run docs` leaves unchanged the reference of the keys", () => {
    expect(readRepositoryFile("docs/config.md")).toBe(configReference());
  });
});
