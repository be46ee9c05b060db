import { spawn } from "node:child_process";
import { errorCode } from "../problem.ts";

/** Result of a program that ended; undefined when it is not installed. */
export type ToolResult = { readonly ok: boolean; readonly output: string } | undefined;

/** Runs a program of PATH to its end; `output` holds both of its streams. */
export async function runTool(program: string, args: readonly string[]): Promise<ToolResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: process.env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const take = (text: string): void => {
      output += text;
    };
    child.stdout.setEncoding("utf8").on("data", take);
    child.stderr.setEncoding("utf8").on("data", take);
    child.on("error", (error) => {
      if (errorCode(error) === "ENOENT") resolve(undefined);
      else reject(error);
    });
    child.on("close", (code) => {
      resolve({ ok: code === 0, output });
    });
  });
}
