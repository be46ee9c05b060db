import { posix } from "node:path";
import type { Config } from "../../config/config.ts";
import { places } from "./paths.ts";

/** The config as a pod reads it. */
export interface PodConfig {
  readonly fileName: "model-quality.config.json";
  readonly text: string;
  /** The folders that its logs are in; none lies in another. */
  readonly logFolders: readonly string[];
}

/**
 * The config for a container beside the model. It is what the config file evaluates to, so that it stands alone:
 * whatever the file imports is in it. Relative patterns start at the shared log folder.
 */
export function sidecarConfig(config: Config): PodConfig {
  return podConfig(
    config,
    sourcesOf(config).map((source) => ({
      ...source,
      files: patterns(source, "files").map(inPod),
      ...("exclude" in source ? { exclude: patterns(source, "exclude").map(inPod) } : {}),
    })),
  );
}

/**
 * The config for a container that reads what all pods of a node print. Sources that say where Kubernetes keeps that are
 * taken as they are; where there is none, the first source's format and fields serve for it.
 */
export function nodeConfig(config: Config): PodConfig {
  const sources = sourcesOf(config);
  const own = sources.filter((source) => patterns(source, "files").some(isPodLog));
  if (own.length > 0) return podConfig(config, own);
  const files = config.kubernetes.podLogs ?? [`${places.podLogFolder}/*/${config.kubernetes.container}/*.log`];
  const [first = {}] = sources;
  const kept = Object.entries(first).filter(([key]) => key !== "exclude" && key !== "name");
  return podConfig(config, [{ ...Object.fromEntries(kept), files, wrapper: "cri" }]);
}

type Source = Readonly<Record<string, unknown>>;

function podConfig(config: Config, sources: readonly Source[]): PodConfig {
  const given = asData(config.given);
  const text = JSON.stringify({ ...(isRecord(given) ? given : {}), sources }, undefined, 2);
  return {
    fileName: "model-quality.config.json",
    // What YAML would not show as it stands is written as JSON's own escape, which leaves the text readable.
    text: `${text.replace(unseen, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`)}\n`,
    logFolders: outermost(sources.flatMap((source) => patterns(source, "files").map(folderOf))),
  };
}

const unseen = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]|\p{Cs}/gu;

/** What JSON can hold of what the user wrote: functions and what is undefined are left out. */
function asData(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asData);
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined && typeof entry !== "function");
  return Object.fromEntries(entries.map(([key, entry]) => [key, asData(entry)]));
}

function sourcesOf(config: Config): readonly Source[] {
  const given = asData(config.given);
  const sources = isRecord(given) ? given["sources"] : undefined;
  return Array.isArray(sources) ? sources.filter(isRecord) : [];
}

function patterns(source: Source, key: string): readonly string[] {
  const value = source[key];
  return Array.isArray(value) ? value.filter((pattern) => typeof pattern === "string") : [];
}

function inPod(pattern: string): string {
  return posix.isAbsolute(pattern) ? pattern : posix.join(places.logFolder, pattern);
}

function isPodLog(pattern: string): boolean {
  return pattern.startsWith(`${places.podLogFolder}/`);
}

/** The deepest folder that holds all that a pattern can match. */
function folderOf(pattern: string): string {
  const parts = pattern.split("/").slice(0, -1);
  const magic = parts.findIndex((part) => /[*?[\]{}()!+@\\]/u.test(part));
  return (magic < 0 ? parts : parts.slice(0, magic)).join("/");
}

/** No folder twice, and none inside another; the root is no folder to mount anything over. */
function outermost(folders: readonly string[]): readonly string[] {
  const all = [...new Set(folders.filter((folder) => folder !== ""))].sort();
  return all.filter((folder) => !all.some((other) => folder.startsWith(`${other}/`)));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
