/*
 * fault_vfs.c: files as two images, what programs see and what the disk holds, with the changes between them.
 */
#include <sqlite3.h>

#include "fault_vfs.h"

#define FILES_MAX   16
#define REGIONS_MAX 8
#define SECTOR      512

struct change {
    struct change *next;
    bool truncates; /* to `at` */
    size_t at, n;
    uint8_t bytes[];
};

struct image {
    uint8_t *p;
    size_t n;
};

struct node {
    char *name; /* NULL: free */
    struct image seen, durable;
    struct change *first, **last; /* since the last sync */
    void *regions[REGIONS_MAX];   /* shared memory, gone when the file is closed */
};

struct fault_vfs {
    sqlite3_vfs vfs; /* pAppData is this struct */
    struct node nodes[FILES_MAX];
    enum fault fault;
    int64_t calls, at, length;
    bool off;
    uint64_t noise;
};

struct open_file {
    sqlite3_file base;
    struct fault_vfs *v;
    struct node *node;
    bool temporary; /* deleted when closed */
};

/* ---- images ---- */

static void image_resize(struct image *m, size_t n)
{
    m->p = realloc(m->p, n + 1);
    if (m->p == NULL)
        memory_gone(n);
    if (n > m->n)
        memset(m->p + m->n, 0, n - m->n);
    m->n = n;
}

static void image_write(struct image *m, size_t at, const uint8_t *p, size_t n)
{
    if (at + n > m->n)
        image_resize(m, at + n);
    memcpy(m->p + at, p, n);
}

static void forget_changes(struct node *node)
{
    struct change *c = node->first, *next;

    for (; c != NULL; c = next) {
        next = c->next;
        free(c);
    }
    node->first = NULL;
    node->last = &node->first;
}

static void note_change(struct node *node, bool truncates, size_t at, const void *p, size_t n)
{
    struct change *c = calloc(1, sizeof *c + n);

    if (c == NULL)
        memory_gone(n);
    c->truncates = truncates;
    c->at = at;
    c->n = n;
    if (n > 0)
        memcpy(c->bytes, p, n);
    *node->last = c;
    node->last = &c->next;
}

static void node_free(struct node *node)
{
    int i;

    forget_changes(node);
    for (i = 0; i < REGIONS_MAX; i++)
        free(node->regions[i]);
    free(node->seen.p);
    free(node->durable.p);
    free(node->name);
    *node = (struct node){.name = NULL};
}

static struct node *node_find(struct fault_vfs *v, const char *name)
{
    int i;

    for (i = 0; i < FILES_MAX; i++)
        if (v->nodes[i].name != NULL && strcmp(v->nodes[i].name, name) == 0)
            return &v->nodes[i];
    return NULL;
}

static struct node *node_make(struct fault_vfs *v, const char *name)
{
    int i;

    for (i = 0; i < FILES_MAX && v->nodes[i].name != NULL; i++)
        ;
    BUG_IF(i == FILES_MAX);
    v->nodes[i] = (struct node){.name = strdup(name)};
    v->nodes[i].last = &v->nodes[i].first;
    return &v->nodes[i];
}

/* ---- the fault ---- */

/* What the next changing call answers. `grows` for a call that needs room. */
static int next_call(struct fault_vfs *v, bool grows)
{
    bool hit;

    if (v->off)
        return SQLITE_IOERR;
    v->calls++;
    hit = v->fault != FAULT_NONE && v->calls >= v->at && v->calls < v->at + v->length;
    if (!hit)
        return SQLITE_OK;
    if (v->fault == FAULT_POWER)
        v->off = true;
    if (v->fault == FAULT_FULL)
        return grows ? SQLITE_FULL : SQLITE_OK;
    return SQLITE_IOERR;
}

/* ---- an open file ---- */

static struct open_file *of(sqlite3_file *f)
{
    return (struct open_file *)f;
}

static int f_close(sqlite3_file *f)
{
    if (of(f)->temporary)
        node_free(of(f)->node);
    return SQLITE_OK;
}

static int f_read(sqlite3_file *f, void *to, int n, sqlite3_int64 at)
{
    const struct image *m = &of(f)->node->seen;
    size_t begin = (size_t)at, have;

    if (of(f)->v->off)
        return SQLITE_IOERR_READ;
    have = begin >= m->n ? 0 : m->n - begin < (size_t)n ? m->n - begin : (size_t)n;
    if (have > 0)
        memcpy(to, m->p + begin, have);
    if (have == (size_t)n)
        return SQLITE_OK;
    memset((uint8_t *)to + have, 0, (size_t)n - have);
    return SQLITE_IOERR_SHORT_READ;
}

/* A write that the power interrupts may still reach the disk, as any other that was not synced. */
static int f_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
    struct fault_vfs *v = of(f)->v;
    struct node *node = of(f)->node;
    bool was_off = v->off;
    int code = next_call(v, true);

    if (code == SQLITE_OK || (v->off && !was_off))
        note_change(node, false, (size_t)at, p, (size_t)n);
    if (code == SQLITE_OK)
        image_write(&node->seen, (size_t)at, p, (size_t)n);
    return code == SQLITE_IOERR ? SQLITE_IOERR_WRITE : code;
}

static int f_truncate(sqlite3_file *f, sqlite3_int64 n)
{
    int code = next_call(of(f)->v, false);

    if (code != SQLITE_OK)
        return SQLITE_IOERR_TRUNCATE;
    note_change(of(f)->node, true, (size_t)n, NULL, 0);
    image_resize(&of(f)->node->seen, (size_t)n);
    return SQLITE_OK;
}

static int f_sync(sqlite3_file *f, int flags)
{
    struct node *node = of(f)->node;

    (void)flags;
    if (next_call(of(f)->v, false) != SQLITE_OK)
        return SQLITE_IOERR_FSYNC;
    image_resize(&node->durable, node->seen.n);
    if (node->seen.n > 0)
        memcpy(node->durable.p, node->seen.p, node->seen.n);
    forget_changes(node);
    return SQLITE_OK;
}

static int f_size(sqlite3_file *f, sqlite3_int64 *ret)
{
    *ret = (sqlite3_int64)of(f)->node->seen.n;
    return SQLITE_OK;
}

static int f_lock(sqlite3_file *f, int level)
{
    (void)f;
    (void)level;
    return SQLITE_OK;
}

static int f_reserved(sqlite3_file *f, int *ret)
{
    (void)f;
    *ret = 0;
    return SQLITE_OK;
}

static int f_control(sqlite3_file *f, int op, void *arg)
{
    (void)f;
    (void)op;
    (void)arg;
    return SQLITE_NOTFOUND;
}

static int f_sector(sqlite3_file *f)
{
    (void)f;
    return SECTOR;
}

static int f_traits(sqlite3_file *f)
{
    (void)f;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE; /* what SQLite believes of a file on Linux */
}

static int f_shm_map(sqlite3_file *f, int region, int n, int extend, void volatile **ret)
{
    void **at;

    *ret = NULL;
    if (region >= REGIONS_MAX)
        return SQLITE_IOERR_SHMMAP;
    at = &of(f)->node->regions[region];
    if (*at == NULL && extend)
        *at = calloc(1, (size_t)n);
    *ret = *at;
    return SQLITE_OK;
}

static int f_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
    (void)f;
    (void)offset;
    (void)n;
    (void)flags;
    return SQLITE_OK;
}

static void f_shm_barrier(sqlite3_file *f)
{
    (void)f;
}

static int f_shm_unmap(sqlite3_file *f, int removes)
{
    struct node *node = of(f)->node;
    int i;

    (void)removes;
    for (i = 0; i < REGIONS_MAX; i++) {
        free(node->regions[i]);
        node->regions[i] = NULL;
    }
    return SQLITE_OK;
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = f_close,
    .xRead = f_read,
    .xWrite = f_write,
    .xTruncate = f_truncate,
    .xSync = f_sync,
    .xFileSize = f_size,
    .xLock = f_lock,
    .xUnlock = f_lock,
    .xCheckReservedLock = f_reserved,
    .xFileControl = f_control,
    .xSectorSize = f_sector,
    .xDeviceCharacteristics = f_traits,
    .xShmMap = f_shm_map,
    .xShmLock = f_shm_lock,
    .xShmBarrier = f_shm_barrier,
    .xShmUnmap = f_shm_unmap,
};

/* ---- the file system ---- */

static int v_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *ret_flags)
{
    struct fault_vfs *v = vfs->pAppData;
    struct open_file *f = of(file);

    *f = (struct open_file){.v = v, .temporary = name == NULL || (flags & SQLITE_OPEN_DELETEONCLOSE) != 0};
    f->node = name != NULL ? node_find(v, name) : NULL;
    if (v->off)
        return SQLITE_CANTOPEN;
    if (f->node == NULL) {
        if ((flags & SQLITE_OPEN_CREATE) == 0 || next_call(v, true) != SQLITE_OK)
            return SQLITE_CANTOPEN;
        f->node = node_make(v, name != NULL ? name : "temporary");
    }
    f->base.pMethods = &methods;
    if (ret_flags != NULL)
        *ret_flags = flags;
    return SQLITE_OK;
}

static int v_delete(sqlite3_vfs *vfs, const char *name, int sync_folder)
{
    struct fault_vfs *v = vfs->pAppData;
    struct node *node = node_find(v, name);

    (void)sync_folder;
    if (node == NULL)
        return SQLITE_IOERR_DELETE_NOENT;
    if (next_call(v, false) != SQLITE_OK)
        return SQLITE_IOERR_DELETE;
    node_free(node);
    return SQLITE_OK;
}

static int v_access(sqlite3_vfs *vfs, const char *name, int flags, int *ret)
{
    (void)flags;
    *ret = node_find(vfs->pAppData, name) != NULL;
    return SQLITE_OK;
}

static int v_path(sqlite3_vfs *vfs, const char *name, int n, char *ret)
{
    (void)vfs;
    (void)sqlite3_snprintf(n, ret, "%s", name); /* names are short here */
    return SQLITE_OK;
}

static uint32_t noise(struct fault_vfs *v)
{
    v->noise = v->noise * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(v->noise >> 33);
}

/* The same in each run, so that the n-th call is always the same call. */
static int v_random(sqlite3_vfs *vfs, int n, char *ret)
{
    int i;

    for (i = 0; i < n; i++)
        ret[i] = (char)noise(vfs->pAppData);
    return n;
}

static int v_sleep(sqlite3_vfs *vfs, int us)
{
    (void)vfs;
    return us;
}

static int v_time(sqlite3_vfs *vfs, double *ret)
{
    (void)vfs;
    *ret = 2461000.5;
    return SQLITE_OK;
}

struct fault_vfs *fault_vfs_install(void)
{
    struct fault_vfs *v = calloc(1, sizeof *v);

    if (v == NULL)
        memory_gone(sizeof *v);
    v->vfs = (sqlite3_vfs){
        .iVersion = 1,
        .szOsFile = sizeof(struct open_file),
        .mxPathname = 256,
        .zName = "fault",
        .pAppData = v,
        .xOpen = v_open,
        .xDelete = v_delete,
        .xAccess = v_access,
        .xFullPathname = v_path,
        .xRandomness = v_random,
        .xSleep = v_sleep,
        .xCurrentTime = v_time,
    };
    BUG_IF(sqlite3_vfs_register(&v->vfs, 1) != SQLITE_OK);
    return v;
}

void fault_vfs_empty(struct fault_vfs *v)
{
    int i;

    for (i = 0; i < FILES_MAX; i++)
        node_free(&v->nodes[i]);
    v->fault = FAULT_NONE;
    v->calls = 0;
    v->off = false;
    v->noise = 1;
}

void fault_vfs_remove(struct fault_vfs *v)
{
    fault_vfs_empty(v);
    (void)sqlite3_vfs_unregister(&v->vfs); /* it is registered */
    free(v);
}

void fault_vfs_arm(struct fault_vfs *v, enum fault fault, int64_t at, int64_t length)
{
    v->fault = fault;
    v->at = at;
    v->length = length;
}

int64_t fault_vfs_calls(const struct fault_vfs *v)
{
    return v->calls;
}

/* ---- after the power comes back ---- */

static void survive_torn(struct fault_vfs *v, struct node *node, const struct change *c)
{
    size_t done, n;

    for (done = 0; done < c->n; done += n) {
        n = SECTOR - (c->at + done) % SECTOR;
        if (n > c->n - done)
            n = c->n - done;
        if (noise(v) % 2 == 0)
            image_write(&node->durable, c->at + done, c->bytes + done, n);
    }
}

static void survive(struct fault_vfs *v, struct node *node, enum survival survival)
{
    const struct change *c;

    for (c = node->first; c != NULL; c = c->next) {
        if (survival == SURVIVE_NONE || (survival != SURVIVE_ALL && noise(v) % 2 == 0))
            continue;
        if (c->truncates)
            image_resize(&node->durable, c->at);
        else if (survival == SURVIVE_TORN)
            survive_torn(v, node, c);
        else
            image_write(&node->durable, c->at, c->bytes, c->n);
    }
}

void fault_vfs_reboot(struct fault_vfs *v, enum survival survival, uint32_t seed)
{
    struct node *node;

    v->noise = seed;
    for (node = v->nodes; node < v->nodes + FILES_MAX; node++) {
        if (node->name == NULL)
            continue;
        survive(v, node, survival);
        forget_changes(node);
        image_resize(&node->seen, node->durable.n);
        if (node->durable.n > 0)
            memcpy(node->seen.p, node->durable.p, node->durable.n);
    }
    v->fault = FAULT_NONE;
    v->off = false;
}
