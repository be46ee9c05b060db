import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { programFile } from "../program-files.ts";
import { icon, styleSheet } from "./style.ts";

/** A file that the page loads. */
export interface Asset {
  readonly name: string;
  readonly contentType: string;
  readonly content: string;
}

/** Files that the page loads, and the name of the folder that they are in: another one for other files. */
export interface Assets {
  readonly hash: string;
  readonly files: readonly Asset[];
}

/** Reads the compiled scripts of the page and makes its style sheet. */
export function loadAssets(): Assets {
  const folder = programFile("page/client/");
  const scripts = readdirSync(folder)
    .filter((name) => name.endsWith(".js"))
    .sort()
    .map((name): Asset => {
      const content = readFileSync(new URL(name, folder), "utf8");
      return { name, contentType: "text/javascript; charset=utf-8", content };
    });
  const files: readonly Asset[] = [
    { name: "status.css", contentType: "text/css; charset=utf-8", content: styleSheet() },
    { name: "icon.svg", contentType: "image/svg+xml", content: icon },
    ...scripts,
  ];
  const hash = createHash("sha256");
  for (const { name, content } of files) hash.update(`${name}\n${content}\n`);
  return { hash: hash.digest("hex").slice(0, 16), files };
}
