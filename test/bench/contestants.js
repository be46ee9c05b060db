import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findProgram } from "../support/tools.js";

/** A cell is named `MODEL VERSION ACTUAL PREDICTED`. @typedef {Readonly<Record<string, number>>} Cells */

/**
 * @typedef {object} Contestant
 * @property {string} name
 * @property {readonly string[]} command the whole process that is timed
 * @property {(output: string) => Cells} cells what its standard output says it counted
 */

/** @param {string} path */
const besides = (path) => fileURLToPath(new URL(path, import.meta.url));

/**
 * Who counts the cells of the log. The product keeps the windows of the sample config, of which one holds everything.
 *
 * @param {string} log
 * @param {string} dir an empty folder, for what they must be told by files
 * @returns {readonly Contestant[]} the product, also with the log in two files, the bare loop, and mtail where it is installed
 */
export function contestants(log, dir) {
  const config = join(dir, "bench.json");
  writeFileSync(
    config,
    JSON.stringify({
      sources: [
        {
          files: [log, join(dir, "pod-*.jsonl")],
          fields: {
            model: "model",
            version: "version",
            predicted: "prediction",
            actual: "label",
            id: "request_id",
            time: "ts",
          },
        },
      ],
      windows: ["5m", "1h", "24h", { last: 1000 }],
    }),
  );
  const product = {
    name: "model-quality-exporter replay",
    command: [process.execPath, besides("../../dist/cli/main.js"), "replay", "--config", config, "--json", log],
    cells: cellsOfReplay,
  };
  const pods = {
    ...product,
    name: "the same log as those of two pods, merged",
    command: [...product.command.slice(0, -1), ...podsOf(log, dir)],
  };
  const bare = {
    name: "bare loop of JSON.parse",
    command: [process.execPath, besides("bare-loop.js"), log],
    cells: (/** @type {string} */ output) => /** @type {Cells} */ (JSON.parse(output)),
  };
  const mtail = findProgram("mtail");
  if (mtail === undefined) return [product, pods, bare];
  writeFileSync(join(dir, "cells.mtail"), readFileSync(besides("cells.mtail")));
  const program = ["-one_shot", "-one_shot_format", "json", "-progs", dir, "-logs", log, "-log_dir", dir];
  return [product, pods, bare, { name: "mtail", command: [mtail, ...program], cells: cellsOfMtail }];
}

/**
 * Deals the lines of a log to two files in turn.
 *
 * @param {string} log
 * @param {string} dir
 */
function podsOf(log, dir) {
  const lines = readFileSync(log, "latin1").split(/(?<=\n)/u);
  return [0, 1].map((pod) => {
    const path = join(dir, `pod-${pod}.jsonl`);
    writeFileSync(path, lines.filter((_line, at) => at % 2 === pod).join(""), "latin1");
    return path;
  });
}

/** @param {string} output */
function cellsOfReplay(output) {
  /** @type {{ tags: { labels: Record<string, string>, windows: { window: string, classes: string[], confusion: number[][] }[] }[] }} */
  const { tags } = JSON.parse(output);
  const cells = tags.flatMap(({ labels, windows }) =>
    windows
      .filter(({ window }) => window === "24h")
      .flatMap(({ classes, confusion }) =>
        confusion.flatMap((row, actual) =>
          row.map((count, predicted) => [
            `${labels["model"]} ${labels["version"]} ${classes[actual]} ${classes[predicted]}`,
            count,
          ]),
        ),
      ),
  );
  return Object.fromEntries(cells.filter(([, count]) => count !== 0));
}

/** @param {string} output */
function cellsOfMtail(output) {
  /** @type {{ cells: { LabelValues: { Labels: string[], Value: { Value: number } }[] }[] }} */
  const { cells } = JSON.parse(output);
  return Object.fromEntries(
    cells.flatMap(({ LabelValues }) => LabelValues.map(({ Labels, Value }) => [Labels.join(" "), Value.Value])),
  );
}
