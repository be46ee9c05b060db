import { isObject } from "./strict-object.ts";
import { quoted } from "./messages.ts";

/** The keys that Alertmanager itself hides on its pages. */
const secretKey =
  /(?:^|_)(?:password|secret|secret_key|token|api_key|routing_key|service_key|user_key|credentials|webhook_url)$/u;

/** What is said of a secret in the open; `file` is the option that names a file instead. */
export function secretText(file: string): string {
  return `a secret does not stand in the config; write it to a file and name the file with ${quoted(file)}`;
}

/** Where settings in Alertmanager's own words hold a secret in the open, at any depth. */
export function* rawSecrets(
  list: string,
  value: unknown,
  path: readonly PropertyKey[] = [],
): Generator<{ readonly path: readonly PropertyKey[]; readonly text: string }> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* rawSecrets(list, item, [...path, index]);
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      // Whoever knows a Slack webhook's address may write to the channel; an address may also carry a password.
      const hidden =
        secretKey.test(key) ||
        (list === "slack_configs" && key === "api_url") ||
        (typeof item === "string" && /^https?:\/\/[^/?#]*:[^/?#]*@/u.test(item));
      if (hidden) yield { path: [...path, key], text: secretText(`${key}_file`) };
      else yield* rawSecrets(list, item, [...path, key]);
    }
  }
}
