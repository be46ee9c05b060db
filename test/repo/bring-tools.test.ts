import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { tempDir } from "../support/temp.ts";
import { tools } from "../support/tools.js";

const script = fileURLToPath(new URL("../support/bring-tools.js", import.meta.url));
const root = tempDir();

/** A machine whose PATH holds only the given programs, each a shell script. */
function machine(programs: Readonly<Record<string, string>>): string {
  const path = mkdtempSync(join(root, "bin-"));
  symlinkSync("/usr/bin/env", join(path, "env"));
  for (const [name, body] of Object.entries(programs)) {
    writeFileSync(join(path, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(path, name), 0o755);
  }
  return path;
}

/** Runs the first step of `npm test` there. */
function bringTools(path: string): { status: number | null; stderr: string; calls: string } {
  const { status, stderr } = spawnSync(process.execPath, [script], { env: { PATH: path }, encoding: "utf8" });
  const calls = join(path, "calls");
  return { status, stderr, calls: existsSync(calls) ? readFileSync(calls, "utf8") : "" };
}

const record = 'echo "${0##*/} $*" >> "${0%/*}/calls"';
const asItself = 'shift; [ "$1" = true ] || exec "$@"';
const install = `${record}\nfor p in ${tools.map(({ program }) => program).join(" ")}; do
  [ "$2" = install ] && echo '#!/bin/sh' > "\${0%/*}/$p" && /bin/chmod 755 "\${0%/*}/$p"\ndone\nexit 0`;

describe("the first step of npm test", () => {
  test("the first step of npm test does nothing where every program is installed", () => {
    const path = machine({
      ...Object.fromEntries(tools.map(({ program }) => [program, ""])),
      "apt-get": record,
      sudo: record,
    });
    expect(bringTools(path)).toEqual({ status: 0, stderr: "", calls: "" });
  });

  test("the first step of npm test installs the missing packages, each once, and switches off the services that came along", () => {
    const path = machine({ "apt-get": install, sudo: asItself, systemctl: `${record}\n[ "$1" != cat ]` });
    const { status, calls } = bringTools(path);
    expect(status).toBe(0);
    expect(calls).toMatch(/^apt-get -q update$/mu);
    const packages = /^apt-get -q install -y --no-install-recommends (.*)$/mu.exec(calls)?.[1]?.split(" ");
    expect(packages).toEqual(expect.arrayContaining(["prometheus", "prometheus-alertmanager", "mtail", "chromium"]));
    expect(new Set(packages).size).toBe(packages?.length);
    expect(calls).toMatch(/^systemctl disable --now prometheus prometheus-alertmanager mtail/mu);
  });

  test("the first step of npm test leaves a service alone that was there before", () => {
    const path = machine({ "apt-get": install, sudo: asItself, systemctl: record });
    expect(bringTools(path).status).toBe(0);
    expect(bringTools(path).calls).not.toContain("disable");
  });

  test.each([
    { where: "there is no apt-get", programs: { sudo: asItself } },
    { where: "the installation fails", programs: { "apt-get": "exit 100", sudo: asItself } },
    { where: "the installation brings nothing", programs: { "apt-get": "exit 0", sudo: asItself } },
  ])("the first step of npm test fails and prints the command to run where $where", ({ programs }) => {
    const { status, stderr } = bringTools(machine(programs));
    expect(status).toBe(1);
    expect(stderr).toContain("apt-get update && apt-get install -y --no-install-recommends prometheus ");
  });
});
