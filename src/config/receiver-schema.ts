import * as z from "zod";
import type { Receiver } from "./config.ts";
import { readAs } from "./input-form.ts";
import { suggestion } from "./nearest.ts";
import { inlineSecrets, secretText } from "./inline-secrets.ts";
import { receiverKinds, type ReceiverKind } from "./receivers.ts";
import { isRecord } from "../serializable.ts";
import { delegate, object, refuse } from "./strict-object.ts";
import { expected } from "./messages.ts";

type Integration = Receiver["integrations"][number];

/** Receiver kinds with the schemas of their options. */
const kinds = new Map(
  Object.entries<ReceiverKind>(receiverKinds).map(([word, kind]) => [word, { kind, options: optionsOf(word, kind) }]),
);

const receiverForm = {
  name: "ReceiverInput",
  schema: () =>
    z.strictObject(
      Object.fromEntries(
        [...kinds].map(([word, { kind, options }]) => {
          const description = kind.list === "" ? "Any of Alertmanager's lists." : `Alertmanager's \`${kind.list}\`.`;
          return [
            word,
            z
              .union([options, z.array(options)])
              .optional()
              .describe(description),
          ];
        }),
      ),
    ),
};

/** Schema of one of `receivers`, converted to Alertmanager's integrations. */
export const receiver = readAs(receiverForm, (value, ctx): readonly Integration[] => {
  if (!isRecord(value)) return refuse(ctx, expected("an object like { slack: { ... } }")({ input: value }));
  const integrations: Integration[] = [];
  for (const [word, given] of Object.entries(value)) {
    const known = kinds.get(word);
    if (known === undefined) {
      refuse(ctx, `unknown kind of receiver${suggestion(word, kinds.keys(), "kinds")}`, [word]);
      continue;
    }
    const schema = integration(word, known.kind, known.options);
    // An undefined kind is absent, like any other key.
    if (given === undefined) continue;
    const all = Array.isArray(given)
      ? delegate(z.array(schema), given, ctx, word)
      : [delegate(schema, given, ctx, word)];
    for (const one of all ?? []) if (one !== undefined) integrations.push(one);
  }
  return integrations;
});

function optionsOf(word: string, kind: ReceiverKind) {
  const refused = Object.fromEntries(
    Object.entries(kind.secrets).map(([key, file]) => [key, { text: secretText(file), instead: file }]),
  );
  return object(kind.shape, { refused, name: `${word.charAt(0).toUpperCase()}${word.slice(1)}Receiver` });
}

function integration(word: string, kind: ReceiverKind, options: ReturnType<typeof optionsOf>): z.ZodType<Integration> {
  return readAs({ schema: () => options }, (value, ctx): Integration => {
    const checked: Readonly<Record<string, unknown>> | undefined = delegate(options, value, ctx);
    checkExactlyOne(kind, value, ctx);
    if (checked === undefined) return z.NEVER;
    if (word === "raw") return rawIntegration(checked, ctx);
    const settings = Object.entries(checked).filter(([, setting]) => setting !== undefined);
    const snake = new Map(settings.map(([key, setting]) => [snakeCase(key), setting]));
    return { kind: word, list: kind.list, settings: Object.fromEntries(snake) };
  });
}

function checkExactlyOne(kind: ReceiverKind, value: unknown, ctx: z.RefinementCtx): void {
  const keys = kind.exactlyOne;
  if (keys === undefined || !isRecord(value)) return;
  const given = keys.filter((key) => value[key] !== undefined);
  if (given.length === 1) return;
  refuse(ctx, `expected ${keys.map((key) => `\`${key}\``).join(" or ")}${given.length > 1 ? ", not both" : ""}`);
}

function rawIntegration(checked: Readonly<Record<string, unknown>>, ctx: z.RefinementCtx): Integration {
  const { list, settings } = checked;
  if (typeof list !== "string" || !isRecord(settings)) return z.NEVER;
  for (const { path, text } of inlineSecrets(list, settings)) refuse(ctx, text, ["settings", ...path]);
  return { kind: "raw", list, settings };
}

function snakeCase(word: string): string {
  return word.replaceAll(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`);
}
