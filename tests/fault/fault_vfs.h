/*
 * fault_vfs.h: a disk for SQLite that exists only in memory and can be made to fail.
 *
 * Registered as the default VFS, so that db_open() uses it unchanged. It counts the calls that change a file (write,
 * sync, truncate, create, delete); a test repeats one session and lets each call fail in turn. For one thread, and one
 * connection a file at a time: locks always succeed.
 *
 * What it does not imitate: the creation or removal of a file is on the disk at once, since SQLite syncs folders itself.
 */
#ifndef TESTS_FAULT_FAULT_VFS_H
#define TESTS_FAULT_FAULT_VFS_H

#include "base/base.h"

enum fault {
    FAULT_NONE,
    FAULT_IO,    /* the call and `length` - 1 after it answer with an input/output error */
    FAULT_FULL,  /* the same, without room; syncs, truncations and deletions work */
    FAULT_POWER, /* the power goes off in the middle of the call; nothing works until fault_vfs_reboot() */
    FAULT_COUNT,
};

/* What is on the disk of what was written since the last sync, when the power comes back. */
enum survival {
    SURVIVE_NONE, /* nothing */
    SURVIVE_ALL,  /* everything, in order */
    SURVIVE_SOME, /* any of the writes, so also later ones without earlier ones */
    SURVIVE_TORN, /* any of the 512-byte sectors of the writes */
    SURVIVE_COUNT,
};

struct fault_vfs;

struct fault_vfs *fault_vfs_install(void);
void fault_vfs_remove(struct fault_vfs *v);

/* An empty disk, no fault, calls counted from 1 again. No file may be open. */
void fault_vfs_empty(struct fault_vfs *v);
void fault_vfs_arm(struct fault_vfs *v, enum fault fault, int64_t at, int64_t length);
int64_t fault_vfs_calls(const struct fault_vfs *v);

/* After FAULT_POWER, with every file closed. The seed chooses what survives. */
void fault_vfs_reboot(struct fault_vfs *v, enum survival survival, uint32_t seed);

#endif
