import type { IReceiver } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1alpha1/Receiver";
import type { Receiver } from "../../config/config.ts";
import { isRecord } from "../../serializable.ts";
import { withMessages } from "../alertmanager/receiver-messages.ts";
import { operatorLists, operatorObjects } from "./operator-receiver-lists.ts";

/** Receiver in the operator's API. */
export interface OperatorReceiver {
  readonly receiver: IReceiver;
  /** Settings that the API lacks, each as `payments-chat: jira_configs`. */
  readonly leftOut: readonly string[];
}

/** Means by which a receiver is converted. */
export interface ReceiverConversion {
  /** Name of the Secret, in the same namespace, of which files become keys. */
  readonly secret: string;
  /** Puts the templates that a text calls in front of it. */
  readonly inline: (text: string) => string;
  /** Receiver that stands in for one of which the API knows nothing. */
  readonly fallback: Receiver | undefined;
}

/**
 * Converts a receiver, with our messages, for `AlertmanagerConfig`. One that would come out empty, so that its alerts
 * reached nobody, notifies as the fallback does.
 */
export function operatorReceiver(receiver: Receiver, conversion: ReceiverConversion): OperatorReceiver {
  const { name, integrations } = receiver;
  const { lists, leftOut } = convert(receiver, conversion);
  if (integrations.length === 0 || Object.keys(lists).length > 0) return { receiver: { name, ...lists }, leftOut };
  const { fallback } = conversion;
  const instead = fallback === undefined || fallback.name === name ? undefined : convert(fallback, conversion);
  const told =
    instead === undefined || Object.keys(instead.lists).length === 0
      ? "its alerts notify nobody"
      : `its alerts go to ${fallback?.name ?? ""}`;
  return {
    receiver: { name, ...instead?.lists },
    leftOut: [...leftOut.map((what) => `${what} (${told})`), ...(instead?.leftOut ?? [])],
  };
}

type Keys = Readonly<Record<string, PropertyKey>>;
type Lists = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

function convert(
  { name, integrations }: Receiver,
  { secret, inline }: ReceiverConversion,
): { readonly lists: Lists; readonly leftOut: readonly string[] } {
  const lists: Record<string, Record<string, unknown>[]> = {};
  const leftOut: string[] = [];
  for (const integration of integrations) {
    const row = operatorLists.get(integration.list);
    if (row === undefined) {
      leftOut.push(`${name}: ${integration.list}`);
      continue;
    }
    const settings = (given: Readonly<Record<string, unknown>>, keys: Keys, path: string): Record<string, unknown> =>
      Object.fromEntries(
        Object.entries(given).flatMap(([key, value]): [string, unknown][] => {
          const operatorKey = new Map(Object.entries<PropertyKey>(keys)).get(key);
          const inside = operatorObjects.get(key);
          if (typeof operatorKey !== "string") {
            leftOut.push(`${name}: ${path}.${key}`);
            return [];
          }
          if (inside !== undefined && isRecord(value))
            return [[operatorKey, settings(value, inside, `${path}.${key}`)]];
          return [[operatorKey, key.endsWith("_file") ? secretKey(value, secret) : operatorValue(key, value, inline)]];
        }),
      );
    (lists[row.list] ??= []).push(settings(withMessages(integration), row.keys, integration.list));
  }
  return { lists, leftOut };
}

/** Converts a value: a map, but for the attributes of SNS, is a list of keys and values in the operator's API. */
function operatorValue(key: string, value: unknown, inline: (text: string) => string): unknown {
  if (typeof value === "string") return inline(value);
  if (Array.isArray(value)) return value.map((item: unknown) => (typeof item === "string" ? inline(item) : item));
  if (!isRecord(value)) return value;
  const texts = Object.entries(value).map(([name, entry]) => [name, inline(String(entry))] as const);
  return key === "attributes" ? Object.fromEntries(texts) : texts.map(([name, text]) => ({ key: name, value: text }));
}

/** Paths at which the operator mounts secrets into Alertmanager. */
const mounted = /^\/etc\/alertmanager\/secrets\/([a-z0-9][a-z0-9.-]*)\/([\w.-]+)$/u;

/** Converts a file into the key of a secret; a path under which the operator mounts secrets names its own secret. */
function secretKey(file: unknown, secret: string): { readonly name: string; readonly key: string } {
  const path = String(file);
  const [, name, key] = mounted.exec(path) ?? [];
  if (name !== undefined && key !== undefined) return { name, key };
  const tail = path.replace(/^\/etc\/alertmanager\/(?:secrets\/)?/u, "");
  return { name: secret, key: tail.replace(/[^\w.-]+/gu, "-").replace(/^-+/u, "") };
}
