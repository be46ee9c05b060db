import { describe, expect, test } from "@jest/globals";
import { remoteFileSystem } from "../../src/source/discovery/remote-file-systems.ts";

describe("by the type that statfs gives, a directory", () => {
  test.each([
    { fileSystem: "nfs", type: 0x6969 },
    { fileSystem: "smb", type: 0x517b },
    { fileSystem: "cifs", type: 0xff534d42 },
    { fileSystem: "smb2", type: 0xfe534d42 },
    { fileSystem: "9p", type: 0x01021997 },
    { fileSystem: "fuse", type: 0x65735546 },
    { fileSystem: "ceph", type: 0x00c36400 },
    { fileSystem: "lustre", type: 0x0bd00bd0 },
    { fileSystem: "gpfs", type: 0x47504653 },
    { fileSystem: "beegfs", type: 0x19830326 },
    { fileSystem: "afs", type: 0x5346414f },
    { fileSystem: "afs", type: 0x6b414653 },
    { fileSystem: "gfs2", type: 0x01161970 },
    { fileSystem: "ocfs2", type: 0x7461636f },
    { fileSystem: "vboxsf", type: 0x786f4256 },
    { fileSystem: "vmhgfs", type: 0xbacbacbc },
    { fileSystem: "proc", type: 0x9fa0 },
  ])("on $fileSystem is looked at alone", ({ fileSystem, type }) => {
    expect(remoteFileSystem(type)).toBe(fileSystem);
    // As a system of 32 bits has it.
    expect(remoteFileSystem(type | 0)).toBe(fileSystem);
  });

  test.each([
    { fileSystem: "ext4", type: 0xef53 },
    { fileSystem: "xfs", type: 0x58465342 },
    { fileSystem: "btrfs", type: 0x9123683e },
    { fileSystem: "zfs", type: 0x2fc12fc1 },
    { fileSystem: "f2fs", type: 0xf2f52010 },
    { fileSystem: "tmpfs", type: 0x01021994 },
    { fileSystem: "ramfs", type: 0x858458f6 },
    { fileSystem: "overlay", type: 0x794c7630 },
    { fileSystem: "none that is known", type: 0 },
    { fileSystem: "APFS", type: 26 },
  ])("on $fileSystem is watched", ({ type }) => {
    expect(remoteFileSystem(type)).toBeUndefined();
    expect(remoteFileSystem(type | 0)).toBeUndefined();
  });
});
