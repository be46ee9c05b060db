import { statfsSync } from "node:fs";

/** File systems of the kernel by the type that `statfs` gives (Linux's magic numbers): reading there may have effects. */
const names: ReadonlyMap<number, string> = new Map([
  [0x9fa0, "procfs"],
  [0x62656572, "sysfs"],
  [0x64626720, "debugfs"],
  [0x74726163, "tracefs"],
  [0x73636673, "securityfs"],
  [0x62656570, "configfs"],
  [0xf97cff8c, "selinuxfs"],
  [0xde5e81e4, "efivarfs"],
  [0xcafe4a11, "bpf"],
  [0x27e0eb, "cgroup"],
  [0x63677270, "cgroup2"],
]);

/** Names the kernel's file system that a path lies on; undefined for any other. */
export function kernelFileSystem(path: string): string | undefined {
  try {
    // Where the system's word has 32 bits, the upper half of the numbers comes as negative ones.
    return names.get(statfsSync(path).type >>> 0);
  } catch {
    return undefined;
  }
}
