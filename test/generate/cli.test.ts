import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { checkCommand } from "../../src/cli/check.ts";
import { generateCommand } from "../../src/cli/generate.ts";
import { run } from "../support/daemon.ts";
import { tempDir } from "../support/temp.ts";

const dir = tempDir();
const config = join(dir, "model-quality.config.json");
const user = {
  sources: [{ files: ["/var/log/models/*.jsonl"] }],
  models: {
    fraud: {
      team: "payments",
      classes: ["legit", "fraud"],
      objectives: [{ metric: "recall", class: "fraud", min: 0.85, window: "1h", severity: "critical" }],
    },
  },
  teams: { payments: { critical: ["hook"] } },
  receivers: { hook: { webhook: { url: "http://127.0.0.1:5001/" } } },
  alerting: { defaultReceiver: "hook" },
};

let printed = "";
const path = process.env["PATH"];

/** Leaves `check` without promtool, whose tests of the rules take long: where they are not what is looked at. */
function withoutPromtool(): void {
  const programs = join(dir, "programs");
  mkdirSync(programs, { recursive: true });
  const amtool = join(programs, "amtool");
  const from = (path ?? "").split(delimiter).map((folder) => join(folder, "amtool"));
  if (!existsSync(amtool)) symlinkSync(from.find((file) => existsSync(file)) ?? "", amtool);
  process.env["PATH"] = programs;
}

beforeEach(() => {
  printed = "";
  writeFileSync(config, JSON.stringify(user));
  jest.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});

afterEach(() => {
  process.env["PATH"] = path;
  jest.restoreAllMocks();
});

describe("generate and check", () => {
  test("generate writes files that generate --check and check then find current", async () => {
    const out = join(dir, "fresh");
    expect(await generateCommand({ config, out, check: false, force: false })).toBe(0);
    expect(printed).toContain("written: prometheus/rules/fraud.yml\n");
    expect(await generateCommand({ config, out, check: true, force: false })).toBe(0);
    expect(printed).toContain("generated files are current");
    expect(await checkCommand({ config, out })).toBe(0);
    expect(printed).toMatch(/^ok +config$/mu);
    expect(printed).toMatch(/^ok +promtool test rules$/mu);
    expect(printed).not.toMatch(/^failed/mu);
  });

  test("generate --only writes, compares and removes those kinds of files alone, and check --only looks at no others", async () => {
    const out = join(dir, "only");
    const all = { config, out, check: false, force: false };
    await generateCommand(all);
    const old = ["prometheus/rules/old.yml", "deploy/kubernetes/old.yaml"].map((path) => join(out, path));
    const yours = join(out, "prometheus/prometheus.yml");
    for (const path of old) writeFileSync(path, readFileSync(yours));
    writeFileSync(yours, "# mine\n");
    rmSync(join(out, "prometheus/rules/fraud.yml"));
    printed = "";
    expect(await generateCommand({ ...all, only: "rules, routes" })).toBe(0);
    expect(printed).toMatch(
      /^written: prometheus\/rules\/fraud.yml\nremoved, no longer generated: prometheus\/rules\/old.yml\n1 written, 1 removed/u,
    );
    expect(readFileSync(yours, "utf8")).toBe("# mine\n");
    expect(old.map((path) => existsSync(path))).toEqual([false, true]);
    expect(await generateCommand({ ...all, check: true, only: "rules,routes" })).toBe(0);
    withoutPromtool();
    printed = "";
    expect(await checkCommand({ config, out, only: "routes" })).toBe(0);
    expect(printed).toMatch(/^ok +amtool check-config of routes.yml in another config$/mu);
    expect(printed).toMatch(/^ok +amtool config routes test .*team="payments".* -> hook$/mu);
    expect(printed).not.toMatch(/promtool|^failed/mu);
    rmSync(join(out, "alertmanager/alertmanager.yml"));
    expect(await checkCommand({ config, out, only: "alertmanager" })).toBe(1);
    expect(printed).toContain("missing: alertmanager/alertmanager.yml");
  });

  test.each([
    ["route", 'unknown kind of files "route"; did you mean "routes"?'],
    ["rules,", "expected kinds of files, separated by commas; the kinds are"],
  ])("generate --only %s is refused with the kinds that there are, before anything is read", async (only, message) => {
    const nowhere = join(dir, "nowhere.json");
    await expect(generateCommand({ config: nowhere, out: dir, check: false, force: false, only })).rejects.toThrow(
      message,
    );
    await expect(checkCommand({ config: nowhere, out: dir, only })).rejects.toMatchObject({ exitCode: 2 });
  });

  test("generate --check writes nothing, shows the differences and exits with 1", async () => {
    const out = join(dir, "stale");
    withoutPromtool();
    expect(await generateCommand({ config, out, check: true, force: false })).toBe(1);
    expect(existsSync(out)).toBe(false);
    expect(printed).toContain("missing: alertmanager/alertmanager.yml\n");
    await generateCommand({ config, out, check: false, force: false });
    const path = join(out, "prometheus/prometheus.yml");
    writeFileSync(path, readFileSync(path, "utf8").replace("15s", "16s"));
    printed = "";
    expect(await generateCommand({ config, out, check: true, force: false })).toBe(1);
    expect(printed).toContain("-  scrape_interval: 16s\n+  scrape_interval: 15s\n");
    printed = "";
    expect(await checkCommand({ config, out })).toBe(1);
    expect(printed).toMatch(/^failed +generated files are current\n +=+/mu);
  });

  test("check names the paths and globs under which there is no file here, which is no failure", async () => {
    const out = join(dir, "notes");
    withoutPromtool();
    const log = join(dir, "there.jsonl");
    writeFileSync(log, "");
    const files = [join(dir, "the*.jsonl"), join(dir, "nowhere/*.jsonl"), join(dir, "nowhere.jsonl")];
    writeFileSync(config, JSON.stringify({ ...user, sources: [{ name: "logs", files }] }));
    await generateCommand({ config, out, check: false, force: false });
    printed = "";
    expect(await checkCommand({ config, out })).toBe(0);
    expect(printed.split("\n").filter((line) => line.startsWith("note"))).toEqual(
      files.slice(1).map((glob) => `note     source "logs": no file on this machine matches ${glob}`),
    );
  });

  test("check reads the first lines of a source's newest file, and names the field that they have instead", async () => {
    const out = join(dir, "lines");
    withoutPromtool();
    const log = join(dir, "lines.jsonl");
    writeFileSync(log, '{"model":"m","prediction":"a","lable":"a"}\n'.repeat(3));
    writeFileSync(config, JSON.stringify({ ...user, sources: [{ name: "logs", files: [log] }] }));
    await generateCommand({ config, out, check: false, force: false });
    printed = "";
    expect(await checkCommand({ config, out })).toBe(0);
    const note = `note     ${log}: none of 3 lines of source "logs" counts (unlabelled 3): no line has the field "label"; the fields seen are "model", "prediction", "lable"; did you mean "lable"?`;
    expect(printed.split("\n").filter((line) => line.startsWith("note"))).toEqual([note]);
    writeFileSync(log, '{"model":"m","prediction":"a","label":"a"}\n{}\n');
    printed = "";
    await checkCommand({ config, out });
    expect(printed).not.toContain("note");
  });

  test("check prints what a program refuses below the line of its check", async () => {
    const out = join(dir, "broken");
    withoutPromtool();
    await generateCommand({ config, out, check: false, force: false });
    rmSync(join(out, "alertmanager/alertmanager.yml"));
    printed = "";
    expect(await checkCommand({ config, out })).toBe(1);
    expect(printed).toMatch(/^failed +amtool check-config\n(?: {9}.*\n)*.*does not exist/mu);
  });

  test("generate replaces files that it did not write only with --force, and names them", async () => {
    const out = join(dir, "others");
    mkdirSync(join(out, "alertmanager"), { recursive: true });
    const mine = join(out, "alertmanager/alertmanager.yml");
    writeFileSync(mine, "route: { receiver: mine }\n");
    const refused = await run(["generate", "--config", config, "--out", out]);
    expect(refused).toEqual({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining("  alertmanager/alertmanager.yml\n"),
    });
    expect(readdirSync(out)).toEqual(["alertmanager"]);
    const checked = await run(["generate", "--check", "--config", config, "--out", out]);
    expect(checked.code).toBe(1);
    expect(checked.stdout).toContain("not written by generate, and in its place: alertmanager/alertmanager.yml\n");
    expect(checked.stdout).not.toContain("receiver: mine");
    expect((await run(["generate", "--check", "--force", "--config", config])).code).toBe(2);
    expect((await run(["generate", "--force", "--config", config, "--out", out])).code).toBe(0);
    expect(readFileSync(mine, "utf8")).toContain("Written by");
  });

  describe("where the folder cannot be made", () => {
    const file = join(dir, "a-file");
    const link = join(dir, "a-link");
    const loop = join(dir, "a-loop");
    const shut = join(dir, "shut");

    test.each([
      { why: "nothing is named", out: "", code: 2, says: "--out: expected a directory" },
      { why: "a file has its name", out: file, says: `${file} is a file, not a directory` },
      { why: "a file stands above it", out: join(file, "sub", "folder"), says: `${file} is a file, not a directory` },
      { why: "a link to nothing has its name", out: link, says: `${link} is a link to /nowhere/at/all` },
      {
        why: "a link to nothing stands above it",
        out: join(link, "sub"),
        says: `${link} is a link to /nowhere/at/all`,
      },
      { why: "a link leads to itself", out: join(loop, "sub"), says: "ELOOP" },
      { why: "the file system takes none", out: "/proc/x/y", says: "/proc/x" },
      { why: "the file system takes none below a process", out: "/proc/self/fd/x", says: "/proc/self/fd/x" },
      { why: "the file system is read-only", out: "/sys/x", says: "/sys/x" },
      { why: "its name is too long", out: join(dir, "x".repeat(300)), says: "ENAMETOOLONG" },
      { why: "this user may not", out: join(shut, "x"), says: "EACCES: permission denied, mk", asNobody: true },
      { why: "this user may not write in it", out: shut, says: "EACCES: permission denied, mk", asNobody: true },
    ])(
      "generate ends at once with one message where the folder cannot be made because $why",
      async ({ out, code = 1, says, asNobody = false }) => {
        writeFileSync(file, "");
        for (const [path, to] of [
          [link, "/nowhere/at/all"],
          [loop, loop],
        ] as const)
          if (lstatSync(path, { throwIfNoEntry: false }) === undefined) symlinkSync(to, path);
        mkdirSync(shut, { recursive: true });
        chmodSync(shut, 0o555);
        chmodSync(dir, 0o755);
        const isRoot = process.getuid?.() === 0;
        const ended = await run(
          ["generate", "--config", config, "--out", out],
          asNobody && isRoot ? { uid: 65_534 } : {},
        );
        expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code, stdout: "" });
        expect(ended.stderr).toContain(says);
        expect(ended.stderr).not.toMatch(/^\s+at /mu);
        expect(ended.stderr.trimEnd().split("\n").length).toBeLessThan(4);
      },
      10_000,
    );
  });

  test("generate and check refuse a config whose files would not work, and write nothing", async () => {
    const out = join(dir, "refused");
    const receivers = { hook: { discord: { webhookUrlFile: "/etc/alertmanager/discord" } } };
    writeFileSync(config, JSON.stringify({ ...user, receivers }));
    await expect(generateCommand({ config, out, check: false, force: false })).rejects.toMatchObject({ exitCode: 2 });
    await expect(checkCommand({ config, out })).rejects.toMatchObject({ exitCode: 2 });
    expect(existsSync(out)).toBe(false);
  });
});
