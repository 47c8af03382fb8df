/*
 * base.h: the few words that every file speaks: result codes, BUG_IF, sizes, bytes, typed values.
 *
 * Not for: anything that allocates, formats or talks to the system.
 */
#ifndef BASE_BASE_H
#define BASE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "banned.h"

#define KB 1024u
#define MB (1024u * 1024u)

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/*
 * Results. 0 or a positive number is good; "nothing there" is not an error but an empty result.
 * The function that knows the details records the fault; everyone above passes the code on.
 */
enum result {
    E_INPUT = -1,    /* what came in breaks a rule the sender could have kept; 422, a broken head 400 */
    E_STATE = -2,    /* right request, wrong moment: the record is in another state; 409 */
    E_CONFLICT = -3, /* somebody else was quicker: version or unique key; 409 */
    E_PERMIT = -4,   /* this person may not; 403, or 404 where the object must stay unknown */
    E_AUTH = -5,     /* nobody is logged in, or the second factor is asked for; 401 or the login page */
    E_FORMAT = -6,   /* bytes that are not what they claim to be: a parser refused */
    E_LIMIT = -7,    /* larger than the ceiling stated where the buffer is made; 413 */
    E_RATE = -8,     /* too many in too short a time; 429 */
    E_BUSY = -9,     /* try again soon: queue full, writer away; 503 */
    E_HOLD = -10,    /* the ledger is on hold: reads go on, covered writes are refused; 503 */
    E_FULL = -11,    /* no room on the disk; 507 */
    E_STORAGE = -12, /* the database or a file failed in another way; 500 */
    E_SYSTEM = -13,  /* the operating system said no; 500 */
};

/* The name of a result for logs and JSON, e.g. "state" for E_STATE; "ok" for 0 and above. */
const char *result_name(int result);

/*
 * A broken promise inside the program. Says where on stderr and ends the process at once; the
 * parent starts the server again and the open group rolls back. Never for what a user can cause.
 */
#define BUG_IF(cond) ((cond) ? bug_at(__FILE__, __LINE__, #cond) : (void)0)
_Noreturn void bug_at(const char *file, int line, const char *what);

/* Memory is gone: says so and ends the process cleanly (exit 71). Never returns, so nobody checks for NULL. */
_Noreturn void memory_gone(size_t wanted);

/* Bytes that may hold a NUL. The memory belongs to whoever made them, mostly an arena. */
struct bytes {
    const uint8_t *p;
    size_t n;
};

/*
 * Values that are passed and compared like numbers, each a type of its own so that rupiah plus a
 * date does not compile. *_NONE stands for SQL NULL.
 */
typedef struct {
    int64_t v; /* sen, 1/100 rupiah */
} money;
typedef struct {
    int32_t v; /* days since 1970-01-01, civil */
} date;
typedef struct {
    int64_t v; /* milliseconds since 1970-01-01T00:00:00Z */
} instant;
typedef struct {
    int64_t v; /* id of a record, 0 for none */
} ref;
typedef struct {
    const char *v; /* state or reason code in lower case, NULL for none */
} state;

#define INT_NONE     INT64_MIN
#define MONEY_NONE   ((money){INT64_MIN})
#define DATE_NONE    ((date){INT32_MIN})
#define INSTANT_NONE ((instant){INT64_MIN})
#define REF_NONE     ((ref){0})
#define STATE_NONE   ((state){NULL})

#define PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define MUST_USE          __attribute__((warn_unused_result))

#endif
