/** By the type that `statfs` gives (Linux's magic numbers). */
const names: ReadonlyMap<number, string> = new Map([
  [0x61636673, "acfs"],
  [0x5346414f, "afs"],
  [0x6b414653, "afs"],
  [0x61756673, "aufs"],
  [0x19830326, "beegfs"],
  [0x00c36400, "ceph"],
  [0xff534d42, "cifs"],
  [0x73757245, "coda"],
  // Whatever is behind it: GlusterFS, SSHFS, S3, a virtual machine's host.
  [0x65735546, "fuse"],
  [0x01161970, "gfs2"],
  [0x47504653, "gpfs"],
  [0x013111a8, "ibrix"],
  [0x0bd00bd0, "lustre"],
  [0x564c, "ncp"],
  [0x6969, "nfs"],
  [0x7461636f, "ocfs2"],
  [0x20030528, "orangefs"],
  [0xaad7aaea, "panfs"],
  [0x9fa0, "proc"],
  [0x7c7c6673, "prl_fs"],
  [0x517b, "smb"],
  [0xfe534d42, "smb2"],
  [0xbeefdead, "snfs"],
  [0x62656572, "sysfs"],
  [0x01021997, "9p"],
  [0x786f4256, "vboxsf"],
  [0xbacbacbc, "vmhgfs"],
  [0xa501fcf5, "vxfs"],
]);

/**
 * Names the file system of a `statfs` type if files on it can change without inotify events on this machine: by another
 * machine, or behind the mount. Undefined for all others, overlayfs included: it reports writes through the watched mount,
 * and nothing else may write while it is mounted.
 */
export function remoteFileSystem(type: number): string | undefined {
  // Where the system's word has 32 bits, the upper half of the numbers comes as negative ones.
  return names.get(type >>> 0);
}
