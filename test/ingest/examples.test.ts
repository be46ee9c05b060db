import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { Program } from "../support/program.ts";
import { repository } from "../support/repository.ts";
import { Api, ndjson, send } from "./api.ts";

const examples = join(repository, "examples");
const token = "of-the-examples";

/** Runs a program to its end. */
async function run(
  program: string,
  args: readonly string[],
  input = "",
): Promise<{ code: number | null; output: string }> {
  const child = spawn(program, args, { env: { ...process.env, EVENTS_TOKEN: token }, stdio: "pipe" });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stdin.end(input);
  await once(child, "close");
  return { code: child.exitCode, output };
}

describe("the examples of events by HTTP", () => {
  let api: Api;
  beforeAll(async () => {
    const dir = Api.folder({ tokensFile: "tokens" }, { join: {} });
    writeFileSync(join(dir, "tokens"), token);
    api = await Api.start(dir);
  });
  afterAll(async () => {
    await api.daemon.stop();
  });

  test("the example of curl posts a file, which counts once when it is posted again", async () => {
    const file = join(api.dir, "events.jsonl");
    writeFileSync(file, ndjson([{ model: "curl", predicted: "a", actual: "a" }]));
    for (let n = 0; n < 2; n++) {
      expect(await run("sh", [join(examples, "post-events.sh"), file, api.daemon.url])).toMatchObject({
        code: 0,
        output: expect.stringContaining('{"accepted":1,"duplicates":0,"rejected":[]}'),
      });
    }
    expect(await api.counted("curl")).toBe(1);
  });

  test("the Python client posts predictions and labels", async () => {
    const events = ndjson([
      { id: "p1", model: "python", predicted: "a" },
      { id: "p1", actual: "b" },
    ]);
    expect(await run("python3", [join(examples, "post_events.py"), api.daemon.url], events)).toMatchObject({ code: 0 });
    expect(await api.counted("python")).toBe(1);
  });

  test("the Python client raises for events that cannot be taken, and goes on trying where nobody listens", async () => {
    const client = join(examples, "post_events.py");
    const bad = await run("python3", [client, api.daemon.url], "[]\n");
    expect(bad).toMatchObject({ code: 1, output: expect.stringContaining("HTTPError: 400") });
    const code = `import post_events; post_events.Events("http://127.0.0.1:9").post([{}], tries=2)`;
    const alone = await run("python3", ["-c", `import sys; sys.path.insert(0, ${JSON.stringify(examples)}); ${code}`]);
    expect(alone.output).toContain("did not take the events in 2 tries");
  });
});

describe("the Flask service", () => {
  test("the Flask service posts what it predicts and the truth, by six lines more than without", async () => {
    const api = await Api.start(Api.folder({}, { join: {} }));
    const service = Program.start(
      "python3",
      ["-m", "flask", "--app", join(examples, "flask_service.py"), "run", "-p", "0"],
      {
        env: { EVENTS_URL: `${api.daemon.url}/api/v1/events`, PYTHONDONTWRITEBYTECODE: "1" },
      },
    );
    const url = (): string => /Running on (http:\S+)/u.exec(service.output)?.[1] ?? "";
    await service.until(() => url() !== "", "listens");
    const post = (path: string, body: object) =>
      send(url(), { path, headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
    const flower = { id: "f1", petal_length: 1.4, petal_width: 0.2 };
    expect((await post("/predict", flower)).json).toEqual({ species: "setosa" });
    expect((await post("/truth/f1", { species: "setosa" })).json).toEqual({ accepted: 1, duplicates: 0, rejected: [] });
    expect(await api.counted("iris")).toBe(1);
    await service.stop();
    await api.daemon.stop();
    const numbers = readFileSync(join(examples, "flask_service.py"), "utf8").match(/# \d$/gmu);
    expect(numbers).toEqual(["# 1", "# 2", "# 3", "# 4", "# 5", "# 6"]);
  });
});

describe("KServe's logger", () => {
  test("the manifest sends to the path of the events, and its comment has a source that takes what the logger sends", async () => {
    const text = readFileSync(join(examples, "kserve-logger.yaml"), "utf8");
    const manifest = parse(text) as { spec: { predictor: { logger: { mode: string; url: string } } } };
    const { mode, url } = manifest.spec.predictor.logger;
    expect([mode, new URL(url).pathname]).toEqual(["response", "/api/v1/events"]);
    const source: unknown = parse(/^# {3}(\{ name: "kserve"[^]*?\} \})$/mu.exec(text)?.[1]?.replace(/^#/gmu, "") ?? "");
    const api = await Api.start(Api.folder({}, { sources: [source], join: {} }));
    const sent = (type: string) => ({
      "content-type": "application/json",
      "ce-specversion": "1.0",
      "ce-id": "c1",
      "ce-source": "http://localhost:9081/",
      "ce-type": `org.kubeflow.serving.inference.${type}`,
      "ce-time": new Date().toISOString(),
      "ce-inferenceservicename": "iris",
      "ce-namespace": "models",
      "ce-component": "predictor",
      "ce-endpoint": "default",
      "ce-traceparent": "00-00",
    });
    expect((await api.post('{"instances":[[6.8],[6.0]]}', sent("request"))).status).toBe(200);
    expect((await api.post('{"predictions":[1,1]}', sent("response"))).status).toBe(200);
    expect(await api.metric("pending_predictions{}")).toBe(2);
    await api.daemon.stop();
  });
});
