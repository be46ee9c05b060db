import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * The programs that the tests run for real, the Debian package that brings each, and the service that the package
 * starts where it has one. A test that needs a further program adds a line here.
 *
 * @type {readonly { program: string, debianPackage: string, service?: string }[]}
 */
export const tools = [
  { program: "prometheus", debianPackage: "prometheus", service: "prometheus" },
  { program: "promtool", debianPackage: "prometheus", service: "prometheus" },
  { program: "prometheus-alertmanager", debianPackage: "prometheus-alertmanager", service: "prometheus-alertmanager" },
  { program: "amtool", debianPackage: "prometheus-alertmanager", service: "prometheus-alertmanager" },
  { program: "mtail", debianPackage: "mtail", service: "mtail" },
  { program: "logrotate", debianPackage: "logrotate", service: "logrotate.timer" },
  { program: "chromium", debianPackage: "chromium" },
  { program: "bindfs", debianPackage: "bindfs" },
  { program: "faketime", debianPackage: "faketime" },
  { program: "openssl", debianPackage: "openssl" },
];

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
