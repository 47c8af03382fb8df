/*
 * instance.h: one installation: where its data lies, what it is called, and opening it for the server and for commands.
 *
 *     TERANG_DATA/                 0700, of the user that serves
 *         instance.json            name, origin, host names, demo
 *         ledger.policy            whom proofs must be cosigned by; may be missing
 *         backup.pub, backup.last  the key to which backups are encrypted, when they were made; may be missing
 *         db/terang.db             SQLite's, unless TERANG_DB names another place
 *         keys/                    ledger.kek, keyring: read and written by the server; struct app's data_dir
 *         signer/ledger.key, ledger.state      read and written by the signer alone
 *         files/  upload/          kept files; temporary ones, on the same file system
 *         log/                     the server's log, bounded (os/log_file.h)
 *
 * The signing key and the database lie in folders of their own, because Landlock gives folders: the server gets db, keys,
 * files and upload, the signer gets signer.
 *
 * Not for: what the server does with it (server.c), making one (init.c).
 */
#ifndef MAIN_INSTANCE_H
#define MAIN_INSTANCE_H

#include "db/db.h"
#include "engine/app.h"
#include "engine/mailer.h"
#include "engine/scan.h"
#include "os/process.h"

#define INSTANCE_FILE   "instance.json"
#define INSTANCE_POLICY "ledger.policy"
#define INSTANCE_LOG    "log"
#define INSTANCE_USER   "terang" /* what root becomes */

#define DATA_DEFAULT   "terang-data"
#define ORIGIN_DEFAULT "http://127.0.0.1:8080"

struct instance {
    const char *path;    /* TERANG_DATA */
    const char *address; /* TERANG_DB, of the server and of commands */
    const char *owner;   /* TERANG_DB_OWNER, of migrations; the same as address unless set */
    const char *name;    /* "Terang Kota Tangerang" */
    const char *origin;  /* "https://terang.example" */
    const char *log;     /* origin of the ledger without its number: "terang.example/ledger"; never changes */
    const char *zone;    /* "WIB" */
    int zone_minutes;
    bool demo;
    const char *const *hosts; /* that are answered to, ends with NULL; NULL for any */
    const char *policy;       /* text of ledger.policy, NULL without */
};

/* Path and addresses from the environment; the rest is empty. */
void instance_environment(struct arena *a, struct instance *ret);

/*
 * TERANG_MAIL, TERANG_MAIL_FROM, TERANG_MAIL_LOGIN: 1 with the settings, 0 when no mail is to go out, E_INPUT with the name of
 * the setting that is wrong in *ret_why.
 */
MUST_USE int instance_mail(struct arena *a, struct mailer_conf *ret, const char **ret_why);

/* The same for TERANG_SCAN, TERANG_SCAN_AWAY. */
MUST_USE int instance_scan(struct arena *a, struct scan_conf *ret, const char **ret_why);

/* db, keys, signer, files, upload below TERANG_DATA. */
MUST_USE int instance_make_folders(int top);

/* "WIB", "WITA", "WIT" to minutes; 0 for anything else. */
int instance_zone(const char *name);

/* The content of instance.json. */
void instance_json(const struct instance *in, struct buf *out);

/*
 * Becomes the user terang if it was root, reads the instance. 0, or an exit code with the reason said on stderr. All in it
 * lives in `a`.
 */
int instance_read(struct arena *a, struct instance *ret);

/*
 * Brings the schema of a database that is there up to date as the owner, and gives the server's role its rights (grant.h). 0
 * with the number of steps in *ret_done; negative with the reason in words.
 */
MUST_USE int instance_upgrade(const struct instance *in, char ret_why[DB_WHY], int *ret_done);

/* Is the schema that of this program? 1, 0; negative with the reason in words. Needs no owner. */
MUST_USE int instance_current(const struct instance *in, char ret_why[DB_WHY]);

/* Somebody else's tables are never touched, nor those of an older instance: 0 for an empty database, or an exit code with the
 * reason said. Makes the file of a SQLite database. */
MUST_USE int instance_refuse_used(struct arena *a, const struct instance *in);

/* ---- the signer ---- */

/* Makes the socket pair and the description of the child; *ret_fd is the server's end. The caller closes what it holds. */
struct signer_child {
    int fds[3]; /* its end, key file, directory of the state */
    int server; /* our end */
};
MUST_USE int signer_child_open(const struct instance *in, struct signer_child *ret);
void signer_child_close(struct signer_child *c);

/*
 * The role's main, for process_conf. fds as above; arg NULL, or a bool: then the locks are logged, and all are required when it
 * is true.
 */
int signer_role(const int *fds, size_t n_fds, void *arg);

/* ---- opening it for a command ---- */

enum instance_use {
    USE_READ,  /* beside a running server */
    USE_WRITE, /* a writer of our own: refused while a server runs */
};

struct opened {
    struct instance in;
    struct app app;
    struct process signer;
    struct signer_child child;
};

/*
 * Reads the instance and opens database and ledger, with a signer of our own to ask what it signed last. 0, or an exit code
 * with the reason said. After 0, instance_close(). The hooks of the ledger are around the writer's works; its integrator does
 * not run.
 */
int instance_open(struct arena *a, enum instance_use use, struct opened *ret);
void instance_close(struct opened *o);

/* Says "terang: ..." on stderr; the exit code for "could not tell". */
int cannot(const char *fmt, ...) PRINTF(1, 2);

#endif
