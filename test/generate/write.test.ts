import { execFileSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { compareFiles, differencesText } from "../../src/generate/files/compare.ts";
import { generate } from "../../src/generate/outputs.ts";
import { writeFiles } from "../../src/generate/files/write.ts";
import { Problem } from "../../src/problem.ts";
import { tempDir } from "../support/temp.ts";
import { makeConfig } from "./support/config.ts";
import { sampleConfig, sampleParts } from "./support/configs.ts";

const dir = tempDir();

const headerText = "Written by `model-quality-exporter generate` from c.ts; edits are lost.";
const board = "deploy/grafana/model-quality.json";

/** What is under a folder: the text of its files, and what else is no folder by its kind. */
function tree(dir: string): Record<string, string> {
  const entries = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory());
  return Object.fromEntries(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [
        path,
        entry.isFile() ? readFileSync(path, "utf8") : entry.isSymbolicLink() ? readlinkSync(path) : "other",
      ];
    }),
  );
}

function write(text: string): (place: string) => void {
  return (place) => {
    writeFileSync(place, text);
  };
}

describe("the generated files", () => {
  test("the generated files are the same bytes from run to run, in the order of their paths", () => {
    const files = generate(sampleConfig).files;
    expect([...generate(makeConfig(sampleParts)).files]).toEqual([...files]);
    expect([...files.keys()]).toEqual([...files.keys()].sort());
  });

  test("the generated files say what wrote them and how to write them again, without a machine's folders", () => {
    const config = makeConfig({ ...sampleParts, file: "/home/someone/at/work/model-quality.config.ts" });
    for (const [path, text] of generate(config).files) {
      const head = text.slice(0, 400);
      expect([path, head]).toEqual([path, expect.stringContaining("Written by `model-quality-exporter generate`")]);
      expect(head).toContain("generate --config model-quality.config.ts");
      expect(text).not.toContain("/home/someone");
      expect(text.endsWith("\n")).toBe(true);
    }
  });
});

describe("writing", () => {
  test("a write writes every file, and the next one finds nothing to change", () => {
    const out = join(dir, "new", "folder");
    const files = generate(sampleConfig).files;
    expect(writeFiles(files, out).written).toEqual([...files.keys()]);
    for (const [path, text] of files) expect(readFileSync(join(out, path), "utf8")).toBe(text);
    expect(writeFiles(files, out)).toEqual({ written: [], removed: [], unchanged: [...files.keys()] });
    expect(readdirSync(out).filter((name) => name.startsWith("."))).toEqual([]);
  });

  test("a write removes stale files, and no others", () => {
    const out = join(dir, "removes");
    writeFiles(generate(sampleConfig).files, out);
    writeFileSync(join(out, "prometheus/rules/mine.yml"), "groups: []\n");
    const written = writeFiles(generate(makeConfig({})).files, out);
    expect(written.removed).toContain("prometheus/rules/fraud.yml");
    expect(readdirSync(join(out, "prometheus/rules"))).toContain("mine.yml");
    expect(readdirSync(join(out, "prometheus/rules"))).not.toContain("fraud.yml");
  });

  const yml = "prometheus/rules/fraud.yml";
  const foreign: readonly { what: string; path: string; put: (place: string) => void; named?: RegExp }[] = [
    { what: "a hand-written config", path: "alertmanager/alertmanager.yml", put: write("route: { receiver: mine }\n") },
    { what: "an empty file", path: yml, put: write("") },
    {
      what: "a template",
      path: "alertmanager/templates/model-quality.tmpl",
      put: write('{{ define "mine" }}{{ end }}\n'),
    },
    { what: "a runbook", path: "prometheus/runbooks/model-quality-exporter-down.md", put: write("# Call Ada\n") },
    { what: "a manifest", path: "deploy/kubernetes/deployment.yaml", put: write("kind: Deployment\n") },
    { what: "a dashboard of somebody else", path: board, put: write('{ "title": "mine", "description": "Ours." }\n') },
    { what: "JSON that is none", path: board, put: write(`{ "description": ${JSON.stringify(headerText)}`) },
    {
      what: "JSON that says it elsewhere",
      path: board,
      put: write(JSON.stringify({ panels: [{ description: headerText }] })),
    },
    { what: "a file that only speaks of us", path: yml, put: write(`groups: []\n# ${headerText}\n`) },
    { what: "a comment that only speaks of us", path: yml, put: write(`# Was: ${headerText}\ngroups: []\n`) },
    {
      what: "a link, though to a file of ours",
      path: yml,
      put: (place) => {
        writeFileSync(`${place}.old`, `# ${headerText}\n`);
        symlinkSync(`${place}.old`, place);
      },
      named: /fraud\.yml \(a link to .*fraud\.yml\.old\)/u,
    },
    {
      what: "a link to nothing",
      path: yml,
      put: (place) => {
        symlinkSync("/nowhere", place);
      },
      named: /a link to \/nowhere/u,
    },
    {
      what: "a FIFO",
      path: yml,
      put: (place) => {
        execFileSync("mkfifo", [place]);
      },
      named: /no regular file/u,
    },
  ];

  test.each(foreign)(
    "a write changes nothing where $what is in the way, says so, and replaces it with force",
    ({ path, put, named }) => {
      const out = mkdtempSync(join(dir, "foreign-"));
      mkdirSync(dirname(join(out, path)), { recursive: true });
      put(join(out, path));
      const was = tree(out);
      const files = generate(sampleConfig).files;
      let problem: unknown;
      try {
        writeFiles(files, out);
      } catch (error) {
        problem = error;
      }
      if (!(problem instanceof Problem)) throw new Error(`it was written: ${String(problem)}`);
      expect(problem.exitCode).toBe(1);
      expect(problem.details).toEqual([
        expect.stringMatching(named ?? new RegExp(`^${path}$`, "u")),
        expect.stringContaining("--force"),
      ]);
      expect(tree(out)).toEqual(was);
      expect(compareFiles(files, out).foreign).toEqual([problem.details[0]]);
      expect(compareFiles(files, out).changed).toEqual([]);
      expect(differencesText(compareFiles(files, out))).toContain(`in its place: ${path}`);

      expect(writeFiles(files, out, true).written).toContain(path);
      expect(readFileSync(join(out, path), "utf8")).toBe(files.get(path));
      expect(lstatSync(join(out, path)).isFile()).toBe(true);
    },
  );

  test("a write never replaces a folder, and names everything that is in the way", () => {
    const out = join(dir, "folder");
    mkdirSync(join(out, yml), { recursive: true });
    writeFileSync(join(out, yml, "precious"), "");
    writeFileSync(join(out, "prometheus/prometheus.yml"), "mine");
    const files = generate(sampleConfig).files;
    expect(() => writeFiles(files, out)).toThrow(
      expect.objectContaining({ details: ["prometheus/prometheus.yml", `${yml} (a folder)`, expect.anything()] }),
    );
    expect(() => writeFiles(files, out, true)).toThrow(
      expect.objectContaining({ details: [`${yml} (a folder)`, expect.stringContaining("move it away")] }),
    );
    expect(tree(out)).toEqual({ [join(out, yml, "precious")]: "", [join(out, "prometheus/prometheus.yml")]: "mine" });
  });

  test.each([
    { way: "line ends of Windows", change: (text: string) => text.replaceAll("\n", "\r\n") },
    { way: "a byte order mark", change: (text: string) => `\u{feff}${text}` },
    { way: "the mark of a document and a blank line", change: (text: string) => `---\n\n${text}` },
    { way: "a comment at its head", change: (text: string) => `# reviewed by Ada\n${text}` },
  ])("a file of ours that was given $way is still known as ours", ({ change }) => {
    const out = mkdtempSync(join(dir, "ours-"));
    const files = generate(sampleConfig).files;
    writeFiles(files, out);
    writeFileSync(join(out, yml), change(files.get(yml) ?? ""));
    expect(writeFiles(files, out).written).toEqual([yml]);
  });

  test("a file that only quotes our header is left alone", () => {
    const out = join(dir, "quotes");
    writeFiles(generate(sampleConfig).files, out);
    const mine = `groups: []\n# Left out here: what is ${headerText}\n`;
    writeFileSync(join(out, "prometheus/rules/mine.yml"), mine);
    writeFileSync(join(out, "deploy/grafana/mine.json"), JSON.stringify({ title: headerText }));
    writeFileSync(join(out, "deploy/grafana/old.json"), JSON.stringify({ description: headerText }));
    const files = generate(sampleConfig).files;
    expect(compareFiles(files, out).stale).toEqual(["deploy/grafana/old.json"]);
    expect(writeFiles(files, out).removed).toEqual(["deploy/grafana/old.json"]);
  });

  test("a write that fails leaves no folders behind", () => {
    const out = join(dir, "no", "folders", "left");
    const files = new Map([...generate(sampleConfig).files, [`a/${"x".repeat(300)}/file.yml`, "text\n"]]);
    expect(() => writeFiles(files, out)).toThrow("nothing was changed");
    expect(existsSync(join(dir, "no"))).toBe(false);
  });

  test("a write that fails half-way puts back the files that were already moved", () => {
    const out = join(dir, "all-or-none");
    const before = generate(makeConfig({})).files;
    writeFiles(before, out);
    // The last path in order: a file stands where its folder should be.
    const files = new Map([...generate(sampleConfig).files, ["zz/file.yml", "text\n"]]);
    writeFileSync(join(out, "zz"), "in the way");
    const was = tree(out);
    expect(() => writeFiles(files, out)).toThrow("nothing was changed");
    expect(tree(out)).toEqual(was);
    for (const [path, text] of before) expect(readFileSync(join(out, path), "utf8")).toBe(text);
  });
});

describe("the comparison with the disk", () => {
  test("the comparison finds nothing right after a write", () => {
    const out = join(dir, "fresh");
    const files = generate(sampleConfig).files;
    writeFiles(files, out);
    expect(differencesText(compareFiles(files, out))).toBe("");
  });

  test("the comparison shows a diff of a changed file, and names files that are missing or stale", () => {
    const out = join(dir, "stale");
    const files = generate(sampleConfig).files;
    writeFiles(files, out);
    const rules = join(out, "prometheus/rules/fraud.yml");
    writeFileSync(rules, readFileSync(rules, "utf8").replace("for: 10m", "for: 99m"));
    rmSync(join(out, "alertmanager/alertmanager.yml"));
    writeFileSync(join(out, "prometheus/rules/old.yml"), files.get("prometheus/rules/fraud.yml") ?? "");
    mkdirSync(join(out, "prometheus/rules/kept"));
    const differences = compareFiles(files, out);
    expect(differences.missing).toEqual(["alertmanager/alertmanager.yml"]);
    expect(differences.stale).toEqual(["prometheus/rules/old.yml"]);
    const text = differencesText(differences);
    expect(text).toContain("--- a/prometheus/rules/fraud.yml");
    expect(text).toMatch(/^- +for: 99m$/mu);
    expect(text).toMatch(/^\+ +for: 10m$/mu);
    expect(text).toContain("missing: alertmanager/alertmanager.yml");
    expect(text).toContain("left over, no longer generated: prometheus/rules/old.yml");
  });
});
