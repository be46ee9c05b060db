import type { Program } from "./program.ts";

/** Waits until a program of Prometheus' family, told to listen on port 0, is ready to be asked; gives its address. */
export async function readyUrl(program: Program): Promise<string> {
  const listening = /msg="Listening on" address="?(127\.0\.0\.1:\d+)/u;
  await program.until(() => listening.test(program.output), "listens");
  const url = `http://${listening.exec(program.output)?.[1] ?? ""}`;
  await program.until(async () => (await fetch(`${url}/-/ready`)).ok, "is ready");
  return url;
}
