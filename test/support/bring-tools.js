// The first step of `npm test`: brings the Debian packages whose programs the tests run. Does nothing, and asks for no
// rights, on a machine that has them all.
import { spawnSync } from "node:child_process";
import { findProgram, isInstalled, tools } from "./tools.js";

/**
 * @param {readonly string[]} command
 * @param {"inherit" | "ignore"} output
 */
function succeeds([program = "", ...args], output) {
  return spawnSync(program, args, { stdio: ["ignore", output, output] }).status === 0;
}

/** @returns {readonly string[] | undefined} what to put before a command so that it runs as root; undefined: no way */
function rootPrefix() {
  if (process.getuid?.() === 0) return [];
  return succeeds(["sudo", "-n", "true"], "ignore") ? ["sudo", "-n"] : undefined;
}

function missingTools() {
  return tools.filter((tool) => !isInstalled(tool));
}

/** @returns {boolean} whether every program is there now */
function bringTools() {
  const missing = missingTools();
  if (missing.length === 0) return true;

  const names = missing.map(({ program, module }) => module ?? program).join(", ");
  const packages = [...new Set(missing.map(({ debianPackage }) => debianPackage))];
  const byHand = `apt-get update && apt-get install -y --no-install-recommends ${packages.join(" ")}`;
  const prefix = rootPrefix();
  if (prefix === undefined || findProgram("apt-get") === undefined) {
    console.error(`The tests run programs that are not installed here: ${names}.`);
    console.error(`Run this as root on a Debian machine, then try again:\n\n  ${byHand}\n`);
    return false;
  }

  console.error(`Installing what the tests run and this machine lacks: ${names}.`);
  const services = [...new Set(missing.flatMap(({ service }) => service ?? []))];
  const newServices = services.filter((service) => !succeeds(["systemctl", "cat", service], "ignore"));
  // `env` carries the setting through sudo, which clears the environment.
  const aptGet = [...prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"];
  const installed =
    succeeds([...aptGet, "update"], "inherit") &&
    succeeds([...aptGet, "install", "-y", "--no-install-recommends", ...packages], "inherit");
  // The tests start processes of their own: a service that came along would only hold its port. Where there is no
  // systemd nothing was started.
  if (newServices.length > 0) succeeds([...prefix, "systemctl", "disable", "--now", ...newServices], "ignore");
  if (installed && missingTools().length === 0) return true;
  console.error(`That did not bring all of them. Run this as root, then try again:\n\n  ${byHand}\n`);
  return false;
}

process.exitCode = bringTools() ? 0 : 1;
