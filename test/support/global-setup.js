import { execFileSync } from "node:child_process";

/** Builds the product once before the tests: they start the daemon as its users do, from `dist`. */
export default function globalSetup() {
  // promtool and amtool are over soon: they need not collect garbage as often as a server does.
  process.env["GOGC"] = "400";
  if (process.env["TEST_FAST"] === "1") return;
  execFileSync("npm", ["run", "--silent", "build"], { stdio: ["ignore", "inherit", "inherit"] });
}
