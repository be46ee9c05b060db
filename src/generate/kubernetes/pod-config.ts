import { posix } from "node:path";
import type { IConfigMap } from "kubernetes-models/v1/ConfigMap";
import type { KubernetesTarget } from "../../config/config.ts";
import { isRecord } from "../../serializable.ts";
import { exporterName } from "./object-metadata.ts";
import { paths } from "./paths.ts";

/** Config as a pod reads it. */
export interface PodConfig {
  readonly fileName: "model-quality.config.json";
  readonly text: string;
  /** Folders of its logs; none is inside another, and there is none where all events come by HTTP. */
  readonly logFolders: readonly string[];
  /** Name of the file of tokens in the Secret of events by HTTP; undefined where it takes none. */
  readonly tokensFile: string | undefined;
}

/**
 * Writes the config for a container beside the model: what the config file evaluates to, so that it needs no imports.
 * Relative patterns start at the shared log folder.
 */
export function sidecarConfig(given: unknown, names: SourceNames): PodConfig {
  return podConfig(
    given,
    named(sourcesOf(given), names).map((source) =>
      isPosted(source)
        ? withTokens(source)
        : {
            ...source,
            files: patterns(source, "files").map(inPod),
            ...("exclude" in source ? { exclude: patterns(source, "exclude").map(inPod) } : {}),
          },
    ),
  );
}

/** Tells whether the events of a source come by HTTP. */
function isPosted(source: Source): boolean {
  return "http" in source;
}

/** States the file of tokens as the pod has it: others reach the pod, so that there must be one. */
function withTokens(source: Source): Source {
  const { http } = source;
  const given = isRecord(http) && typeof http["tokensFile"] === "string" ? http["tokensFile"] : "tokens";
  const tokensFile = posix.join(paths.events, posix.basename(given));
  return { ...source, http: { ...(isRecord(http) ? http : {}), tokensFile } };
}

function tokensFileOf(source: Source): string | undefined {
  const { http } = source;
  return isRecord(http) && typeof http["tokensFile"] === "string" ? posix.basename(http["tokensFile"]) : undefined;
}

/**
 * Writes the config for a container that reads the output of all pods of a node. Sources with patterns under
 * `/var/log/pods` are taken as they are; where there is none, the first source is read from the model's container in each
 * pod of the namespace of the models.
 */
export function nodeConfig(
  given: unknown,
  { podLogs, container, namespace }: KubernetesTarget,
  names: SourceNames,
): PodConfig {
  const all = named(sourcesOf(given), names);
  const posted = all.filter(isPosted).map(withTokens);
  const sources = all.filter((source) => !isPosted(source));
  const own = sources.filter((source) => patterns(source, "files").some(isPodLog));
  if (own.length > 0) return podConfig(given, [...own, ...posted]);
  const files = podLogs ?? [`${paths.podLogs}/${namespace}_*/${container}/*.log`];
  const [first = {}] = sources;
  const kept = Object.entries(first).filter(([key]) => key !== "exclude");
  return podConfig(given, [{ ...Object.fromEntries(kept), files, wrapper: "cri" }, ...posted]);
}

/** Builds the ConfigMap that holds a config; in no namespace where none is given. */
export function configMap({ fileName, text }: PodConfig, namespace?: string): IConfigMap {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: exporterName,
      ...(namespace === undefined ? {} : { namespace }),
      labels: { "app.kubernetes.io/name": exporterName },
    },
    data: { [fileName]: text },
  };
}

/** Names of the sources, in the order of the config. */
type SourceNames = readonly string[];

/** States the names of the sources: an unnamed one is called by its first glob, which is another one in a pod. */
function named(sources: readonly Source[], names: SourceNames): readonly Source[] {
  return sources.map((source, index) => ({ name: names[index], ...source }));
}

type Source = Readonly<Record<string, unknown>>;

function podConfig(given: unknown, sources: readonly Source[]): PodConfig {
  const data = asJson(given);
  const text = JSON.stringify({ ...(isRecord(data) ? data : {}), sources }, undefined, 2);
  return {
    fileName: "model-quality.config.json",
    // Characters that YAML would escape are written as JSON's own escapes, which leave the text a readable block.
    text: `${text.replace(unprintable, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`)}\n`,
    logFolders: outermost(sources.flatMap((source) => patterns(source, "files").map(folderOf))),
    tokensFile: sources.map(tokensFileOf).find((file) => file !== undefined),
  };
}

const unprintable = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]|\p{Cs}/gu;

/** Leaves out what JSON cannot hold: functions and undefined. */
function asJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asJson);
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined && typeof entry !== "function");
  return Object.fromEntries(entries.map(([key, entry]) => [key, asJson(entry)]));
}

function sourcesOf(given: unknown): readonly Source[] {
  const data = asJson(given);
  const sources = isRecord(data) ? data["sources"] : undefined;
  return Array.isArray(sources) ? sources.filter(isRecord) : [];
}

function patterns(source: Source, key: string): readonly string[] {
  const value = source[key];
  return Array.isArray(value) ? value.filter((pattern) => typeof pattern === "string") : [];
}

function inPod(pattern: string): string {
  return posix.isAbsolute(pattern) ? pattern : posix.join(paths.logs, pattern);
}

function isPodLog(pattern: string): boolean {
  return pattern.startsWith(`${paths.podLogs}/`);
}

/** Finds the deepest folder that holds every match of a pattern. */
function folderOf(pattern: string): string {
  const parts = pattern.split("/").slice(0, -1);
  const magic = parts.findIndex((part) => /[*?[\]{}()!+@\\]/u.test(part));
  return (magic < 0 ? parts : parts.slice(0, magic)).join("/");
}

/** Leaves out folders inside others, and the root, which no volume can be mounted over. */
function outermost(folders: readonly string[]): readonly string[] {
  const all = [...new Set(folders.filter((folder) => folder !== ""))].sort();
  return all.filter((folder) => !all.some((other) => folder.startsWith(`${other}/`)));
}
