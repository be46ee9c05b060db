import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { DockerfileParser } from "dockerfile-ast";
import { validate } from "dockerfile-utils";
import { paths, port, userId } from "../../src/generate/kubernetes/paths.ts";
import { Authority } from "../support/certificates.ts";
import { isLong } from "../support/effort.ts";
import { eventually } from "../support/eventually.ts";
import { Program } from "../support/program.ts";
import { readRepositoryFile, repository } from "../support/repository.ts";
import { tempDir } from "../support/temp.ts";

const text = readRepositoryFile("deploy/Dockerfile");
const dockerfile = DockerfileParser.parse(text);
const instructions = dockerfile.getInstructions().map((instruction) => ({
  word: instruction.getKeyword(),
  rest: instruction.getArgumentsContent() ?? "",
  whole: instruction.getTextContent(),
}));
/** Where each stage starts. */
const starts = instructions.flatMap(({ word }, index) => (word === "FROM" ? [index] : []));
const final = instructions.slice(starts.at(-1));

function last(word: string): string {
  return final.findLast((instruction) => instruction.word === word)?.rest ?? "";
}

/** What a stage copies from the repository. */
const copied = instructions
  .filter(({ word, whole }) => word === "COPY" && !whole.includes("--from="))
  .flatMap(({ rest }) => rest.split(" ").slice(0, -1));

describe("the Dockerfile", () => {
  test("the linter finds no fault in the Dockerfile", () => {
    expect(validate(text)).toEqual([]);
  });

  test("the image builds and runs on one base, the newest Node with long-term support, and leaves the build stage behind", () => {
    const froms = dockerfile.getFROMs().map((from) => [from.getImage(), from.getBuildStage()]);
    expect(froms).toEqual([
      [expect.stringMatching(/^node:24-\w+-slim$/u), "base"],
      ["base", "build"],
      ["base", null],
    ]);
    expect(final.filter(({ whole }) => whole.includes("--from=build")).map(({ rest }) => rest.split(" ")[0])).toEqual([
      "/app/package.json",
      "/app/node_modules",
      "/app/dist",
    ]);
  });

  test("the image runs as a numeric user that is not root", () => {
    expect(last("USER")).toBe(`${userId}:${userId}`);
  });

  test("the Dockerfile copies what the repository has, and the build context holds nothing else", () => {
    expect(copied).toContain("src");
    for (const path of copied) expect([path, existsSync(join(repository, path))]).toEqual([path, true]);
    const [everything, ...kept] = readRepositoryFile("deploy/Dockerfile.dockerignore")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"));
    expect(everything).toBe("*");
    expect(kept.sort()).toEqual(copied.map((path) => `!${path}`).sort());
  });

  test("copies whatever the build reads", () => {
    const tsc = join(repository, "node_modules/.bin/tsc");
    const { stdout } = spawnSync(tsc, ["-p", "src", "--listFilesOnly"], { cwd: repository, encoding: "utf8" });
    const own = stdout
      .trimEnd()
      .split("\n")
      .map((path) => relative(repository, path));
    const read = [...own.filter((path) => !path.startsWith("node_modules/")), "src/tsconfig.json", "tsconfig.json"];
    expect(read).toContain("src/cli/main.ts");
    expect(read.filter((path) => !copied.some((each) => path === each || path.startsWith(`${each}/`)))).toEqual([]);
  });

  test("the image starts the daemon with the paths that the manifests mount", () => {
    expect(JSON.parse(last("ENTRYPOINT"))).toEqual(["node", "/app/dist/cli/main.js"]);
    expect(JSON.parse(last("CMD"))).toEqual([
      "serve",
      "--config",
      `${paths.config}/model-quality.config.ts`,
      "--state",
      paths.state,
    ]);
    expect(last("EXPOSE")).toBe(String(port));
    expect(last("HEALTHCHECK")).toContain(`http://127.0.0.1:${port}/-/healthy`);
  });
});

describe("the steps of the Dockerfile, run here", () => {
  const dir = tempDir();
  const app = join(dir, "app");
  // Only root can start a program as somebody else.
  const user = process.getuid?.() === 0 ? { uid: userId, gid: userId } : {};

  beforeAll(() => {
    const build = join(dir, "build");
    mkdirSync(build);
    for (const path of copied) cpSync(join(repository, path), join(build, path), { recursive: true });
    // What `npm ci` would bring, by links: removing some of it takes nothing away here.
    execFileSync("cp", ["-al", join(repository, "node_modules"), join(build, "node_modules")]);
    const steps = instructions.slice(starts[1], starts.at(-1)).filter(({ word }) => word === "RUN");
    expect(steps.map(({ rest }) => rest.split(" ").slice(0, 2).join(" "))).toEqual([
      "npm ci",
      "npm run",
      "npm run",
      "npm prune",
    ]);
    for (const { rest } of steps.slice(1)) {
      // The build of the tests is the same one: that it reads only what was copied is held above.
      if (rest === "npm run build" && !isLong) {
        cpSync(join(repository, "dist"), join(build, "dist"), { recursive: true });
        continue;
      }
      const { status, stderr } = spawnSync("sh", ["-c", rest], { cwd: build, encoding: "utf8" });
      expect({ rest, status, stderr: status === 0 ? "" : stderr }).toEqual({ rest, status: 0, stderr: "" });
    }
    mkdirSync(app);
    for (const { whole, rest } of final.filter(({ word }) => word === "COPY")) {
      const [from = ""] = rest.split(" ");
      const source = whole.includes("--from=build") ? join(build, from.replace("/app/", "")) : join(repository, from);
      execFileSync("cp", ["-al", source, join(app, basename(from))]);
    }
  }, 180_000);

  test("the steps leave out the development packages, those in the bundle among them, and what only tests need", () => {
    expect(existsSync(join(app, "node_modules/lmdb"))).toBe(true);
    for (const name of ["typescript", "jest", "express", "@grafana/grafana-foundation-sdk"])
      expect([name, existsSync(join(app, "node_modules", name))]).toEqual([name, false]);
    expect(readdirSync(join(app, "dist"))).not.toContain("modules");
  });

  test("the image holds the licences of all that is in it", () => {
    expect(readFileSync(join(app, "dist/THIRD_PARTY_NOTICES.txt"), "utf8")).toContain("The OpenLDAP Public License");
  });

  test.each([
    { over: "plain HTTP", etc: "etc", web: undefined },
    {
      over: "TLS with client certificates",
      etc: "etc-tls",
      web: "  client_ca_file: ca.pem\n  client_auth_type: RequireAndVerifyClientCert\n",
    },
  ])(
    "the steps make a daemon that its health check finds over $over, under a user that can write only the state",
    async ({ etc, web }) => {
      const state = join(dir, `${etc}-state`);
      const config = join(dir, etc, "model-quality.config.ts");
      mkdirSync(join(dir, etc));
      mkdirSync(state);
      if (user.uid !== undefined) chownSync(state, user.uid, user.gid);
      chmodSync(dir, 0o755);
      writeFileSync(
        config,
        `import { defineConfig } from "model-quality-exporter";\nexport default defineConfig({ sources: [{ files: ["*.jsonl"] }] });\n`,
      );
      const words = [...(JSON.parse(last("ENTRYPOINT")) as string[]), ...(JSON.parse(last("CMD")) as string[])];
      const here = (word: string) =>
        word
          .replace(/^\/app/u, app)
          .replace(paths.state, state)
          .replace(paths.config, join(dir, etc));
      const flags = ["--web.listen-address=127.0.0.1:0"];
      if (web !== undefined) {
        const { cert, key } = new Authority(join(dir, etc)).issue("server", "DNS:elsewhere.example");
        const file = join(dir, etc, "web.yml");
        writeFileSync(file, `tls_server_config:\n  cert_file: ${cert}\n  key_file: ${key}\n${web}`);
        for (const path of [cert, key]) chmodSync(path, 0o644);
        flags.push(`--web.config.file=${file}`);
      }
      const program = Program.start(process.execPath, [...words.slice(1).map(here), ...flags], {
        cwd: app,
        ...user,
      });
      const url = await eventually(() => /url="?(https?:\/\/[^\s"]+)/u.exec(program.output)?.[1], "it listens");
      const [, check = ""] = /^CMD (\[.*\])$/su.exec(last("HEALTHCHECK")) ?? [];
      const [, ...args] = JSON.parse(check) as string[];
      const ask = (base: string) =>
        spawnSync(
          process.execPath,
          args.map((word) => word.replaceAll(`127.0.0.1:${port}`, new URL(base).host)),
        ).status;
      expect(ask(url)).toBe(0);
      expect(await program.stop()).toBe(0);
      expect(ask(url)).toBe(1);
    },
  );
});
