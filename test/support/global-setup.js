import { execFileSync } from "node:child_process";

/** Builds the product once before the tests: they start the daemon as its users do, from `dist`. */
export default function globalSetup() {
  if (process.env["TEST_FAST"] === "1") return;
  execFileSync("npm", ["run", "--silent", "build"], { stdio: ["ignore", "inherit", "inherit"] });
}
