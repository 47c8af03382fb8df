/*
 * entity.h: a thing that Terang keeps, as constant tables: its struct, its fields, its place in the database.
 *
 *     struct licence {
 *         struct record head;
 *         const char *number;
 *         money fee;
 *         date due;
 *     };
 *     static const struct field licence_fields[] = {
 *         FIELD(struct licence, number, .flags = F_REQUIRED | F_PUBLIC | F_UNIQUE, .max = 40),
 *         FIELD(struct licence, fee),
 *         FIELD(struct licence, due, .flags = F_PUBLIC),
 *     };
 *     const struct entity licence_entity = ENTITY(struct licence, licence, licence_fields, .ledger = LEDGER_PUBLIC);
 *
 * The type of a field is that of the struct's member; a member that is no field type does not compile. One table feeds
 * schema, forms, lists, history, API, files and the ledger, so nothing can be forgotten in one of them.
 *
 * Not for: SQL that runs (schema.h proposes, the row layer executes), pages.
 */
#ifndef ENGINE_ENTITY_H
#define ENGINE_ENTITY_H

#include "base/arena.h"
#include "base/base.h"

enum field_type {
    FIELD_INT,
    FIELD_BOOL,
    FIELD_MONEY,   /* sen */
    FIELD_DATE,    /* days since 1970 in the database, YYYY-MM-DD everywhere else */
    FIELD_INSTANT, /* milliseconds */
    FIELD_REF,     /* id of a row of `.of` */
    FIELD_STATE,
    FIELD_TEXT,
    FIELD_TYPE_COUNT,
};

/* clang-format off */
#define FIELD_TYPE_OF(member) _Generic((member), \
    int64_t: FIELD_INT, bool: FIELD_BOOL, money: FIELD_MONEY, date: FIELD_DATE, instant: FIELD_INSTANT, \
    ref: FIELD_REF, state: FIELD_STATE, const char *: FIELD_TEXT)

#define FIELD(type_, member, ...) \
    {.name = #member, .offset = offsetof(type_, member), .type = FIELD_TYPE_OF(((type_ *)0)->member), ##__VA_ARGS__}

#define ENTITY(type_, name_, fields_, ...) \
    {.name = #name_, .size = sizeof(type_), .fields = (fields_), .n_fields = ARRAY_LEN(fields_), ##__VA_ARGS__}
/* clang-format on */

enum field_flag {
    F_REQUIRED = 1 << 0, /* not empty, NOT NULL */
    F_PUBLIC = 1 << 1,   /* in clear in the public ledger; else a commitment */
    F_UNIQUE = 1 << 2,   /* within a government */
    F_INDEXED = 1 << 3,  /* a list filters or sorts by it */
    F_PERSONAL = 1 << 4, /* about a person: masked, and its commitment hangs on the subject named by `.subject`; may be NULL in
                            the database though F_REQUIRED, once the person is erased (erase.h) */
    F_LONG = 1 << 5,     /* a text of several lines */
    F_COMPUTED = 1 << 6, /* follows from others: never taken from a form, a file or the API (security.md Z7) */
    F_FIXED = 1 << 7,    /* given when the row is made, and never changed */
    F_CENTI = 1 << 8,    /* of a computed number: kept in 1/100 of what pages show, 7160 is 71,60 */
};

/*
 * Why data about persons is kept, and how long: a line of the register (security.md D1; UU 27/2022 articles 4, 20, 31). One
 * statement may cover many fields. Words: "privacy.NAME" is its title, "privacy.NAME-purpose" the sentence that forms show.
 */
enum privacy_kind {
    PRIVACY_UNSAID,
    PRIVACY_GENERAL,  /* article 4 paragraph 3: umum */
    PRIVACY_SPECIFIC, /* paragraph 2: spesifik: health, finance, children ... */
    PRIVACY_KIND_COUNT,
};
/* Article 20 paragraph 2, in its order. */
enum privacy_ground {
    GROUND_UNSAID,
    GROUND_CONSENT,
    GROUND_CONTRACT,
    GROUND_DUTY,
    GROUND_VITAL,
    GROUND_TASK,
    GROUND_INTEREST,
    GROUND_COUNT,
};
struct privacy {
    const char *name; /* [a-z-]+ */
    enum privacy_kind kind;
    enum privacy_ground ground;
    const char *basis; /* the law, as it is cited: "UU 20/2023" */
    /* For how long after the row's last revision, once its work has ended (privacy.h); one of the two. */
    int years, days;
    bool must; /* the law of `basis` also forbids to erase it any earlier (erase_kept()) */
};

struct app;
struct entity;

struct field {
    const char *name; /* column; [a-z][a-z0-9_]*; label "ENTITY.NAME" in lang/ */
    size_t offset;
    enum field_type type;
    unsigned flags;
    int max;                 /* characters of a text, 0 = FIELD_TEXT_MAX */
    const struct entity *of; /* of a ref */
    const char *subject;     /* personal: name of the ref to the person it is about, "id" for the row itself */
    const char *codes;       /* of a state: what it may be, parted by spaces */
    const char *(*codes_of)(struct arena *a, const struct app *app); /* instead, where the modules say what there is */
    int64_t least, most;                                             /* of a number or an amount in sen; both 0: any */
    /* A rule of the value alone: NULL, or the key of what to do instead. */
    const char *(*check)(const void *row);
    /*
     * Of a personal text that is shown to nobody in full until they asked for it with a reason (security.md D6, D7): what is
     * shown instead. Personal fields without it are shown to staff.
     */
    const char *(*mask)(struct arena *a, const char *value);
    const struct privacy *privacy; /* of every personal field, and of others that hold a name or an address all the same */
};

#define FIELD_TEXT_MAX 2000

/* Design D7: which key rows have, and where they lie when there are several nodes. */
enum entity_kind {
    ENTITY_DATA,      /* of one government: key (gov, id) */
    ENTITY_REFERENCE, /* the same everywhere: key (id) */
    ENTITY_CONTROL,   /* of the installation: key (id) */
    ENTITY_KIND_COUNT,
};

enum entity_ledger {
    LEDGER_PUBLIC, /* a leaf for every write; the default, so that it cannot be forgotten */
    LEDGER_SEALED, /* only a commitment, with the daily batch */
    LEDGER_NONE,   /* only for the kinds of ledger.md section 5; a test pins the list */
};

struct entity {
    const char *name; /* table */
    enum entity_kind kind;
    enum entity_ledger ledger;
    size_t size; /* of the struct */
    const struct field *fields;
    size_t n_fields;
    bool is_subject;    /* a person: its key in the ledger is a subject's, which erasure destroys */
    const char *parent; /* name of the ref, or of the id of a row of any entity, beside which rows lie: key (gov, parent, id) */

    /* Names of the refs that say whose row it is (permit.h); NULL for none. */
    const char *agency, *unit, *place, *owner;
    const char *ended_by; /* name of the bool that says that a row's work has ended, where no workflow does; or NULL */
    /*
     * The field by which lists of one agency are ordered: its index is then (gov, agency, voided_at, FIELD, id), from which
     * such a list is read and counted without walking over the rows of others. NULL: an agency's rows are found as any value's.
     */
    const char *agency_order;

    const char *within; /* or the ref to the row whose agency, unit, place and owner count for this one too */
};

/* Is the statement whole? NULL, or what it lacks. */
const char *privacy_fault(const struct privacy *p);

/* Every entity's struct begins with it. The engine fills it; forms and imports never do. */
struct record {
    int64_t gov; /* 0 but for ENTITY_DATA */
    int64_t id;
    int64_t rev;            /* 1 for the first */
    struct bytes leaf_hash; /* of the latest leaf */
    int64_t leaf_idx;       /* INT_NONE of a sealed one */
    int64_t record_key;     /* in ledger_key, for commitments that hang on no person */
    instant voided_at;      /* INSTANT_NONE while it counts; rows are never deleted */
};

/* Is the table sound? NULL, or what is wrong with it, for a test over all entities. The text lives in `a`. */
const char *entity_fault(const struct entity *e, struct arena *a);

const struct field *entity_field(const struct entity *e, const char *name); /* NULL for none */

/*
 * The stored form of a value as text (ledger.md section 5): NULL for none, sen and milliseconds in decimal, dates as
 * YYYY-MM-DD, true as 1. What leaf, history and files agree on.
 */
const char *field_stored(const struct field *f, const void *row, struct arena *a);

/* The way back. E_FORMAT or E_INPUT for what is no stored form of the type, E_LIMIT for a text that is too long. */
MUST_USE int field_take(const struct field *f, void *row, const char *stored, struct arena *a);

#endif
