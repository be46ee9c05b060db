import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * The programs that the tests run for real, the Debian package that brings each, and the service that the package
 * starts where it has one; of a module of Python, the program that must find it. A test that needs a further program adds a
 * line here.
 *
 * @type {readonly { program: string, module?: string, debianPackage: string, service?: string }[]}
 */
export const tools = [
  { program: "prometheus", debianPackage: "prometheus", service: "prometheus" },
  { program: "promtool", debianPackage: "prometheus", service: "prometheus" },
  { program: "prometheus-alertmanager", debianPackage: "prometheus-alertmanager", service: "prometheus-alertmanager" },
  { program: "amtool", debianPackage: "prometheus-alertmanager", service: "prometheus-alertmanager" },
  { program: "mtail", debianPackage: "mtail", service: "mtail" },
  { program: "logrotate", debianPackage: "logrotate", service: "logrotate.timer" },
  { program: "influxd", debianPackage: "influxdb", service: "influxdb" },
  { program: "chromium", debianPackage: "chromium" },
  { program: "bindfs", debianPackage: "bindfs" },
  { program: "faketime", debianPackage: "faketime" },
  { program: "curl", debianPackage: "curl" },
  { program: "python3", debianPackage: "python3" },
  { program: "python3", module: "requests", debianPackage: "python3-requests" },
  { program: "python3", module: "flask", debianPackage: "python3-flask" },
  { program: "openssl", debianPackage: "openssl" },
];

/**
 * Whether a tool is installed.
 *
 * @param {(typeof tools)[number]} tool
 */
export function isInstalled({ program, module }) {
  const path = findProgram(program);
  if (path === undefined || module === undefined) return path !== undefined;
  return spawnSync(path, ["-c", `import ${module}`], { stdio: "ignore" }).status === 0;
}

/**
 * The path of a program, or undefined when it is not installed. The folders of system programs are searched as well:
 * Debian leaves them out of the `PATH` of ordinary users.
 *
 * @param {string} program
 * @returns {string | undefined}
 */
export function findProgram(program) {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  return folders.map((folder) => join(folder, program)).find(isExecutable);
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
