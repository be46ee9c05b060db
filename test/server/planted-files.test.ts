import { spawn } from "node:child_process";
import {
  appendFileSync,
  closeSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Daemon, mainPath, run } from "../support/daemon.ts";
import { eventually } from "../support/eventually.ts";
import { tempDir } from "../support/temp.ts";

const root = tempDir();
const secret = "api_key: s3cr3t";
const outcome = (model: string): string => `${JSON.stringify({ model, prediction: "a", label: "a" })}\n`;

/** Writes a file, and the folders above it. */
function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  appendFileSync(path, text);
}

function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
}

/** What others have made in the folder of a source. */
interface Row {
  readonly what: string;
  /** Default: all of the folder `logs`. */
  readonly files?: readonly string[];
  readonly linksTo?: readonly string[];
  readonly make: (dir: string) => void;
  /** What happens once all of that is read. */
  readonly later?: (dir: string) => void;
}

interface Attack extends Row {
  /** Under which code it is counted, and what the log says of which path; nothing for what no glob names. */
  readonly code?: string;
  readonly path?: string;
  readonly says?: RegExp;
}

const attacks: readonly Attack[] = [
  {
    what: "a link to a secret beside the folder",
    make: (dir) => {
      link("../secret.jsonl", join(dir, "logs/a.jsonl"));
    },
    code: "link",
    path: "logs/a.jsonl",
    says: /a link leads out of the log folder, to a file elsewhere: .*secret\.jsonl; .* links: \{ to: \[.*a-link-to-a-secret/u,
  },
  {
    what: "a link to etc shadow",
    make: (dir) => {
      link("/etc/shadow", join(dir, "logs/a.jsonl"));
    },
    code: "link",
    path: "logs/a.jsonl",
    says: /links: \{ to: \[\\?"\/etc\\?"\] \}/u,
  },
  {
    what: "a link to the config",
    make: (dir) => {
      link("../../../config.json", join(dir, "logs/a.jsonl"));
    },
    code: "link",
    path: "logs/a.jsonl",
  },
  {
    what: "a link to the environment",
    make: (dir) => {
      link("/proc/self/environ", join(dir, "logs/a.jsonl"));
    },
    code: "procfs",
    path: "logs/a.jsonl",
    says: /it lies on procfs, a file system of the kernel/u,
  },
  {
    what: "a link to sysfs though links to it are allowed",
    linksTo: ["/sys"],
    make: (dir) => {
      link("/sys/devices/system/cpu/online", join(dir, "logs/a.jsonl"));
    },
    code: "procfs",
    path: "logs/a.jsonl",
    says: /it lies on sysfs/u,
  },
  {
    what: "a link to a device",
    make: (dir) => {
      link("/dev/zero", join(dir, "logs/a.jsonl"));
    },
    code: "kind",
    path: "logs/a.jsonl",
  },
  {
    what: "a link to a folder",
    files: ["logs/**/*.jsonl"],
    make: (dir) => {
      write(join(dir, "others/a.jsonl"), `${secret}\n`);
      link("../others", join(dir, "logs/sub"));
    },
    code: "link",
    path: "logs/sub",
    says: /to a directory elsewhere: .*\/others; .*links: \{ to: \[.*\/others/u,
  },
  {
    what: "a link to the root",
    files: ["logs/**/*"],
    make: (dir) => {
      link("/", join(dir, "logs/x"));
    },
    code: "link",
    path: "logs/x",
  },
  {
    what: "a link to a link",
    make: (dir) => {
      link("../between", join(dir, "logs/a.jsonl"));
      link("secret.jsonl", join(dir, "between"));
    },
    code: "link",
    path: "logs/a.jsonl",
  },
  {
    what: "a link in place of a named file",
    files: ["logs/app.jsonl", "logs/good.jsonl"],
    make: (dir) => {
      link("../secret.jsonl", join(dir, "logs/app.jsonl"));
    },
    code: "link",
    path: "logs/app.jsonl",
  },
  {
    what: "a link in place of a log that is read",
    make: (dir) => {
      write(join(dir, "logs/a.jsonl"), "");
    },
    later: (dir) => {
      rmSync(join(dir, "logs/a.jsonl"));
      link("../secret.jsonl", join(dir, "logs/a.jsonl"));
    },
    code: "link",
    path: "logs/a.jsonl",
  },
  {
    what: "a link with the name of a rotated file",
    files: ["logs/good.jsonl"],
    make: () => undefined,
    later: (dir) => {
      link("../secret.jsonl", join(dir, "logs/good.jsonl.1"));
    },
  },
  {
    what: "a link with the name that a glob has",
    files: ["logs/*/app.jsonl", "logs/good.jsonl"],
    make: (dir) => {
      write(join(dir, "others/app.jsonl"), `${secret}\n`);
      link("../others", join(dir, "logs/*"));
    },
    code: "link",
    path: "logs/*",
  },
  {
    what: "folders full of links to each other, which make paths without end",
    files: ["logs/**/*.jsonl"],
    make: (dir) => {
      const folders = Array.from({ length: 14 }, (_, n) => String.fromCharCode(97 + n));
      for (const folder of folders) for (const to of folders) link(`../${to}`, join(dir, `logs/${folder}/${to}`));
    },
    code: "limit",
    path: "logs/a",
    says: /more than 16 links lead to this folder/u,
  },
  {
    what: "a folder a thousand folders deep",
    files: ["logs/**/*.jsonl"],
    make: (dir) => {
      write(join(dir, "logs", "a/".repeat(1000), "b.jsonl"), `${secret}\n`);
    },
    code: "limit",
    path: "logs/a/a/a",
    says: /more than 100 folders deep/u,
  },
  {
    what: "a name that a glob of many stars could match in many ways",
    files: ["logs/*-*-*-*-*-*.jsonl", "logs/good.jsonl"],
    make: (dir) => {
      write(join(dir, "logs", `${"-".repeat(240)}.json`), `${secret}\n`);
    },
  },
  {
    what: "the state",
    files: ["../../state/**/*.mdb", "logs/*.jsonl"],
    make: () => undefined,
    code: "own",
    path: "store/state.mdb",
    says: /it is a file of the exporter's state/u,
  },
  {
    what: "another name of the state",
    make: () => undefined,
    later: (dir) => {
      linkSync(join(all, "state/store/state.mdb"), join(dir, "logs/a.jsonl"));
    },
    code: "own",
    path: "logs/a.jsonl",
  },
  {
    what: "another name of the state, which is that of a rotated file",
    files: ["logs/good.jsonl"],
    make: () => undefined,
    later: (dir) => {
      linkSync(join(all, "state/store/state.mdb"), join(dir, "logs/good.jsonl.1"));
    },
  },
  {
    what: "names that are not UTF-8",
    make: (dir) => {
      for (const letter of [0xe9, 0xe8]) {
        mkdirSync(join(dir, "logs"), { recursive: true });
        const name = Buffer.concat([Buffer.from(join(dir, "logs/caf")), Buffer.from([letter]), Buffer.from(".jsonl")]);
        writeFileSync(name, `${secret}\n`);
      }
    },
    code: "name",
    path: "logs/caf",
    says: /caf\\+xE[89]\.jsonl.*its name is not UTF-8, and 1 more in this folder/u,
  },
];

const goodLinks: readonly Row[] = [
  {
    what: "the kubelet's links to pods and Docker's folder, with the documented line",
    files: ["log/containers/*.log", "logs/*.jsonl"],
    linksTo: ["log/pods", "docker/containers"],
    make: (dir) => {
      write(join(dir, "docker/containers/c1/c1-json.log"), outcome("1"));
      link(join(dir, "docker/containers/c1/c1-json.log"), join(dir, "log/pods/ns_pod_uid/model/0.log"));
      link(join(dir, "log/pods/ns_pod_uid/model/0.log"), join(dir, "log/containers/pod_ns_model-c1.log"));
    },
    later: (dir) => {
      write(join(dir, "docker/containers/c1/c1-json.log"), outcome("2"));
    },
  },
  {
    what: "the mount of a ConfigMap",
    make: (dir) => {
      write(join(dir, "logs/..2026_01/app.jsonl"), outcome("1"));
      link("..2026_01", join(dir, "logs/..data"));
      link("..data/app.jsonl", join(dir, "logs/app.jsonl"));
    },
    later: (dir) => {
      write(join(dir, "logs/..2026_02/app.jsonl"), outcome("2"));
      link("..2026_02", join(dir, "logs/..data_tmp"));
      renameSync(join(dir, "logs/..data_tmp"), join(dir, "logs/..data"));
    },
  },
  {
    what: "a base with a link in it that is switched",
    files: ["current/log/*.jsonl", "logs/*.jsonl"],
    make: (dir) => {
      write(join(dir, "releases/1/log/app.jsonl"), outcome("1"));
      link("releases/1", join(dir, "current"));
    },
    later: (dir) => {
      write(join(dir, "releases/2/log/app.jsonl"), outcome("2"));
      link("releases/2", join(dir, "next"));
      renameSync(join(dir, "next"), join(dir, "current"));
    },
  },
  {
    what: "a base that is a link, with all below it",
    files: ["current/**", "logs/*.jsonl"],
    make: (dir) => {
      write(join(dir, "volume/a/app.jsonl"), outcome("1"));
      link("volume", join(dir, "current"));
    },
    later: (dir) => {
      write(join(dir, "volume/a/app.jsonl"), outcome("2"));
    },
  },
  {
    what: "a link to the newest file, which is switched",
    files: ["logs/current", "logs/good.jsonl"],
    make: (dir) => {
      write(join(dir, "logs/app-20260101.jsonl"), outcome("1"));
      link("app-20260101.jsonl", join(dir, "logs/current"));
    },
    later: (dir) => {
      write(join(dir, "logs/app-20260102.jsonl"), outcome("2"));
      link("app-20260102.jsonl", join(dir, "logs/next"));
      renameSync(join(dir, "logs/next"), join(dir, "logs/current"));
    },
  },
  {
    what: "a link to a rotated target elsewhere, with the documented line",
    linksTo: ["archive"],
    make: (dir) => {
      write(join(dir, "archive/app-20260101"), outcome("1"));
      link("../archive/app-20260101", join(dir, "logs/app.jsonl"));
    },
    later: (dir) => {
      renameSync(join(dir, "archive/app-20260101"), join(dir, "archive/app-20260101.1"));
      write(join(dir, "archive/app-20260101"), outcome("2"));
    },
  },
  {
    what: "a link from one glob into another",
    files: ["a/*.jsonl", "b/*.jsonl", "logs/*.jsonl"],
    make: (dir) => {
      write(join(dir, "b/app.jsonl"), outcome("1"));
      link("../b/app.jsonl", join(dir, "a/app.jsonl"));
    },
    later: (dir) => {
      write(join(dir, "b/app.jsonl"), outcome("2"));
    },
  },
  {
    what: "a link to a folder, with the documented line",
    files: ["logs/**/*.jsonl"],
    linksTo: ["others"],
    make: (dir) => {
      write(join(dir, "others/app.jsonl"), outcome("1"));
      link("../others", join(dir, "logs/sub"));
    },
    later: (dir) => {
      write(join(dir, "others/app.jsonl"), outcome("2"));
    },
  },
  {
    what: "a link to a folder below which no glob looks",
    make: (dir) => {
      write(join(dir, "others/app.jsonl"), `${secret}\n`);
      link("../others", join(dir, "logs/sub.jsonl"));
      write(join(dir, "logs/app.jsonl"), outcome("1"));
    },
    later: (dir) => {
      write(join(dir, "logs/app.jsonl"), outcome("2"));
    },
  },
];

const flood: Row = {
  what: "a flood of links",
  make: (dir) => {
    for (let file = 0; file < 500; file++) link("../secret.jsonl", join(dir, `logs/${file}.jsonl`));
  },
};

const slug = (what: string): string => what.replaceAll(/\W+/gu, "-");
const all = join(root, "all");
const dirOf = ({ what }: Row): string => join(all, "rows", slug(what));

/** The source of a row, as the config has it. */
function sourceOf(row: Row): Record<string, unknown> {
  const inDir = (path: string): string => (path.startsWith("/") ? path : `rows/${slug(row.what)}/${path}`);
  const links = row.linksTo === undefined ? {} : { links: { to: row.linksTo.map(inDir) } };
  const fields = { model: { value: slug(row.what) }, predicted: "prediction", actual: "label" };
  return { name: slug(row.what), files: (row.files ?? ["logs/*.jsonl"]).map(inDir), ...links, fields };
}

describe("in the folders of a daemon", () => {
  let daemon: Daemon;
  const metrics = async (): Promise<string> => (await daemon.get("/metrics")).body;
  const lines = async (row: Row): Promise<number> =>
    Number(new RegExp(`exporter_lines_total\\{source="${slug(row.what)}"\\} (\\d+)`, "u").exec(await metrics())?.[1]);
  const errors = async ({ what }: Row): Promise<string[]> =>
    [...(await metrics()).matchAll(new RegExp(`file_errors_total\\{source="${slug(what)}",(.*)\\n`, "gu"))]
      .map(([, series = ""]) => series)
      .filter((series) => !series.endsWith(" 0"));
  const everywhere = async (): Promise<string> =>
    daemon.log +
    (await metrics()) +
    (await daemon.get("/api/v1/rejected")).body +
    (await daemon.get("/api/v1/models")).body;

  beforeAll(async () => {
    const rows = [...attacks, ...goodLinks, flood];
    for (const row of rows) {
      write(join(dirOf(row), "secret.jsonl"), `${secret}\n${outcome("stolen")}`);
      write(join(dirOf(row), "logs/good.jsonl"), outcome("good"));
      row.make(dirOf(row));
    }
    const config = join(all, "config.json");
    writeFileSync(config, JSON.stringify({ sources: rows.map(sourceOf), windows: [{ last: 1000 }] }, undefined, 1));
    daemon = await Daemon.start(["--config", config, "--state", join(all, "state")], { env: { STOLEN: secret } });
    for (const row of attacks) await eventually(async () => (await lines(row)) >= 1, `${row.what} is searched`);
    for (const row of goodLinks) await eventually(async () => (await lines(row)) >= 2, `${row.what} is read`);
    for (const row of rows) row.later?.(dirOf(row));
    for (const row of goodLinks) await eventually(async () => (await lines(row)) >= 3, `${row.what} is read on`);
    // One more search of all: what is refused is told once only.
    const last = goodLinks.at(-1);
    if (last === undefined) throw new Error("no row");
    for (const name of ["new-1", "new-2"]) {
      const before = await lines(last);
      write(join(dirOf(last), `logs/${name}.jsonl`), outcome(name));
      await eventually(async () => (await lines(last)) > before, "a search");
    }
  });
  afterAll(async () => {
    await daemon.stop();
  });

  test.each(attacks)("nothing is read of $what, which is told once and counted", async (row) => {
    const { code, path, says = /./u } = row;
    if (code !== undefined && path !== undefined) {
      await eventually(async () => (await errors(row)).length > 0, "it is counted");
      const told = daemon.log.split("\n").filter((line) => line.includes("cannot follow the path") && isOf(row, line));
      expect(told.filter((line) => line.includes(path))).toHaveLength(1);
      expect(told.join("\n")).toMatch(says);
      expect(await errors(row)).toEqual([`code="${code}"} ${told.length}`]);
    } else {
      expect(await errors(row)).toEqual([]);
      expect(await metrics()).not.toContain(`file="${join(dirOf(row), "logs/good.jsonl.1")}"`);
    }
    expect(await lines(row)).toBe(1);
  });

  test("a flood of links is told by its first ones, and all are counted", async () => {
    await eventually(async () => (await errors(flood)).length > 0, "it is counted");
    expect(await errors(flood)).toEqual(['code="link"} 500']);
    expect(daemon.log.split("\n").filter((line) => isOf(flood, line))).toHaveLength(20);
    expect(daemon.log).toMatch(/source=a-flood-of-links .*many such lines: from now on one a minute/u);
  });

  test("no line of what is refused is shown, counted or logged", async () => {
    expect(await everywhere()).not.toMatch(/s3cr3t|root:/u);
  });

  test.each(goodLinks)("$what: each line counts once, and nothing is refused", async (row) => {
    expect(await errors(row)).toEqual([]);
    expect(await lines(row)).toBe(row === goodLinks.at(-1) ? 5 : 3);
  });

  test("the check of the config names what is refused, and what would allow it", async () => {
    const { stdout } = await run(["check", "--config", join(all, "config.json"), "--out", join(all, "out")]);
    const notes = stdout.split("\n").filter((line) => line.startsWith("note"));
    const ofFlood = notes.filter((line) => line.includes('source "a-flood-of-links"'));
    expect([ofFlood.length, ofFlood.at(-1)]).toEqual([
      21,
      expect.stringMatching(/the daemon does not read 480 more$/u),
    ]);
    const [first] = attacks;
    expect(notes.find((line) => first !== undefined && isOf(first, line))).toMatch(
      /^note {5}source "a-link-to-a-secret.*": the daemon does not read .*logs\/a\.jsonl: a link leads out .*links: \{ to: \[/u,
    );
  });
});

/** Tells whether a line of the log is about a path of a row. */
function isOf(row: Row, line: string): boolean {
  return line.includes(`/rows/${slug(row.what)}/`) || (row.what === "the state" && line.includes("/state/store/"));
}

test("a link that comes and goes while the folder is searched wins nothing", async () => {
  const dir = mkdtempSync(join(root, "swap-"));
  write(join(dir, "others/b.jsonl"), `${secret}\n${outcome("stolen")}`);
  for (const folder of ["logs", "logs/sub", "spare"]) mkdirSync(join(dir, folder), { recursive: true });
  writeFileSync(
    join(dir, "config.json"),
    JSON.stringify({ sources: [{ name: "s", files: ["logs/*.jsonl", "logs/**/b.jsonl"] }] }),
  );
  write(join(dir, "logs/good.jsonl"), outcome("good"));
  const attacker = spawn(process.execPath, ["-e", swapping], { cwd: dir, stdio: "ignore" });
  const daemon = await Daemon.start(["--config", join(dir, "config.json"), "--state", join(dir, "state")]);
  try {
    // Each round is a search at least, and the look at what has changed.
    for (let round = 0; round < 12; round++) {
      write(join(dir, `logs/new-${round}.jsonl`), outcome("good"));
      const body = async (): Promise<string> => (await daemon.get("/api/v1/models")).body;
      await eventually(async () => (await body()).includes(`"samples":${round + 2}`), `round ${round}`);
    }
    const shown = await Promise.all(["/metrics", "/api/v1/rejected", "/api/v1/models"].map((path) => daemon.get(path)));
    expect(daemon.log + shown.map(({ body }) => body).join("\n")).not.toMatch(/s3cr3t|"stolen"/u);
  } finally {
    attacker.kill("SIGKILL");
    await daemon.stop();
  }
});

/** Swaps an empty file, and the folder of another one, with links to what is not to be read, as fast as it can. */
const swapping = `
  const fs = require("node:fs");
  for (let n = 0; ; n++) {
    fs.writeFileSync("spare/file", "");
    fs.renameSync("spare/file", "logs/a.jsonl");
    fs.rmSync("logs/sub", { recursive: true, force: true });
    fs.mkdirSync("logs/sub");
    fs.writeFileSync("logs/sub/b.jsonl", "");
    if (n % 3 === 0) { const until = Date.now() + (n % 20); while (Date.now() < until); }
    fs.symlinkSync("../others/b.jsonl", "spare/link");
    fs.renameSync("spare/link", "logs/a.jsonl");
    fs.rmSync("logs/sub", { recursive: true, force: true });
    fs.symlinkSync("../others", "logs/sub");
    if (n % 3 === 1) { const until = Date.now() + (n % 20); while (Date.now() < until); }
  }
`;

test("the daemon's own log among the logs that it follows is refused", async () => {
  const dir = mkdtempSync(join(root, "own-"));
  writeFileSync(join(dir, "config.json"), JSON.stringify({ sources: [{ name: "s", files: ["*.log"] }] }));
  write(join(dir, "good.log"), outcome("good"));
  const own = openSync(join(dir, "own.log"), "a");
  const args = ["--config", join(dir, "config.json"), "--state", join(dir, "state")];
  const address = ["--web.listen-address", "127.0.0.1:0"];
  const child = spawn(process.execPath, [mainPath, "serve", ...args, ...address], { stdio: ["ignore", own, own] });
  closeSync(own);
  try {
    const log = (): string => readFileSync(join(dir, "own.log"), "utf8");
    await eventually(() => /ready: the backlog/u.test(log()) && log().includes("listening"), "the good log is read");
    const url = /url="?(http:\/\/[^\s"]+)/u.exec(log())?.[1] ?? "";
    const page = await (await fetch(`${url}/metrics`)).text();
    expect(page).toContain('file_errors_total{source="s",code="own"} 1\n');
    expect(page).toContain('exporter_lines_total{source="s"} 1\n');
    expect(
      log()
        .split("\n")
        .filter((line) => line.includes("the exporter's own log")),
    ).toHaveLength(1);
  } finally {
    child.kill("SIGKILL");
  }
});
