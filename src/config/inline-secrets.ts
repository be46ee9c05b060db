import { isRecord } from "../serializable.ts";
import { quoted } from "./messages.ts";

/** Keys that Alertmanager itself masks on its pages. */
const secretKey =
  /(?:^|_)(?:password|secret|secret_key|token|api_key|routing_key|service_key|user_key|credentials|webhook_url)$/u;

/** Message for an inline secret; `file` is the option for a file with the secret. */
export function secretText(file: string): string {
  return `secrets are not allowed in the config; write it to a file and set ${quoted(file)}`;
}

/** Finds inline secrets in settings of Alertmanager's syntax, at any depth. */
export function* inlineSecrets(
  list: string,
  value: unknown,
  path: readonly PropertyKey[] = [],
): Generator<{ readonly path: readonly PropertyKey[]; readonly text: string }> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* inlineSecrets(list, item, [...path, index]);
  } else if (isRecord(value)) {
    for (const [key, item] of Object.entries(value)) {
      // A Slack webhook's address grants access to the channel; any address may hold a password.
      const hidden =
        secretKey.test(key) ||
        (list === "slack_configs" && key === "api_url") ||
        (typeof item === "string" && /^https?:\/\/[^/?#]*:[^/?#]*@/u.test(item));
      if (hidden) yield { path: [...path, key], text: secretText(`${key}_file`) };
      else yield* inlineSecrets(list, item, [...path, key]);
    }
  }
}
