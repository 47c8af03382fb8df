/*
 * attachment_quota.c: how much room files may take: of one person on a day, of an agency and of a government in all.
 *
 * The bytes of agencies are counted in file_use as rows are written and erased: a sum over a million rows is no question to
 * ask at every upload. Not for: the share of the disk that stays free (attachment_store.c).
 */
#include "base/text.h"
#include "engine/attachment.h"
#include "engine/row.h"
#include "ui/lang.h"

/* clang-format off */
static const struct query q_day = {
    .name = "quota.day",
    .sql = "SELECT count(*), coalesce(CAST(sum(size) AS BIGINT), 0) FROM attachment WHERE gov = ?1 AND author = ?2 AND added_at >= ?3",
    .in = "iii", .out = "ii",
};
static const struct query q_use = {
    .name = "quota.use",
    .sql = "SELECT coalesce(CAST(sum(CASE WHEN agency = ?2 THEN bytes ELSE 0 END) AS BIGINT), 0), "
           "coalesce(CAST(sum(bytes) AS BIGINT), 0) FROM file_use WHERE gov = ?1",
    .in = "ii", .out = "ii",
};
static const struct query q_add = {
    .name = "quota.add",
    .sql = "INSERT INTO file_use (gov, agency, bytes) VALUES (?1, ?2, ?3) "
           "ON CONFLICT (gov, agency) DO UPDATE SET bytes = file_use.bytes + excluded.bytes",
    .in = "iii", .out = "",
};

const struct query *const quota_queries[] = {&q_day, &q_use, &q_add};
const size_t quota_queries_n = ARRAY_LEN(quota_queries);

/* Files are a matter of the disk: the operator's proposal, which a government may change by a decision. */
const struct param quota_params[QUOTA_PARAMS] = {
    {.code = "file-day-count",   .unit = PARAM_COUNT,     .least = 1,   .most = 100000,             .initial = QUOTA_DAY_FILES},
    {.code = "file-day-size",    .unit = PARAM_MEBIBYTES, .least = 50,  .most = (int64_t)1024 * 1024,      .initial = QUOTA_DAY_BYTES / (int64_t)MB},
    {.code = "file-agency-size", .unit = PARAM_MEBIBYTES, .least = 100, .most = (int64_t)100 * 1024 * 1024, .initial = QUOTA_AGENCY / (int64_t)MB},
    {.code = "file-gov-size",    .unit = PARAM_MEBIBYTES, .least = 100, .most = (int64_t)100 * 1024 * 1024, .initial = QUOTA_GOV / (int64_t)MB},
};

static const char *const words[] = {
    [QUOTA_FREE] = "quota.free", [QUOTA_OF_PERSON_FILES] = "quota.person-files", [QUOTA_OF_PERSON] = "quota.person", [QUOTA_OF_AGENCY] = "quota.agency", [QUOTA_OF_GOV] = "quota.gov",
};
/* clang-format on */
_Static_assert(ARRAY_LEN(words) == QUOTA_OF_COUNT, "words for each");

/* ---- whose room ---- */

int attachment_agency(struct db *db, struct arena *a, const struct entity *e, const void *row, int64_t *ret)
{
    *ret = INT_NONE;
    while (e->agency == NULL && e->within != NULL) {
        const struct field *f = entity_field(e, e->within);
        const int64_t id = ((const ref *)((const char *)row + f->offset))->v;
        void *outer = arena_alloc(a, f->of->size);
        int found = row_get(db, a, f->of, ((const struct record *)row)->gov, id, outer);

        if (found <= 0)
            return found;
        e = f->of;
        row = outer;
    }
    if (e->agency != NULL) {
        const ref agency = *(const ref *)((const char *)row + entity_field(e, e->agency)->offset);

        *ret = agency.v != 0 ? agency.v : INT_NONE;
    }
    return 0;
}

/* ---- counting ---- */

static int64_t agency_key(int64_t agency)
{
    return agency != INT_NONE ? agency : 0;
}

/* The two numbers of a statement. */
static int read_two(struct db *db, const struct query *q, const struct val *in, size_t n, int64_t *ret_one, int64_t *ret_two)
{
    int result;

    AUTO_ROWS struct rows rows;

    result = db_select_(&rows, db, q, in, n);
    if (result == 0)
        result = rows_next(&rows);
    if (result <= 0)
        return result < 0 ? result : E_STORAGE;
    *ret_one = rows_int(&rows, 0);
    *ret_two = rows_int(&rows, 1);
    return 0;
}

static int over(struct quota *q, enum quota_of what, int64_t used, int64_t limit)
{
    q->full = what;
    q->used = used;
    q->limit = limit;
    return E_LIMIT;
}

/* In the order of the table. */
enum { DAY_FILES, DAY_SIZE, AGENCY_SIZE, GOV_SIZE };

/* What counts for the government on the day, in files or bytes. */
static int limit_on(struct db *db, const struct quota *q, int which, int64_t *ret)
{
    const struct param *p = &quota_params[which];
    struct param_value v;
    struct arena a;
    int result;

    arena_init(&a, 16 * KB);
    result = param_on(db, &a, q->gov, p, q->day, &v);
    arena_finish(&a);
    if (result == 0)
        *ret = p->unit == PARAM_MEBIBYTES ? v.value * (int64_t)MB : v.value;
    return result;
}

static int check_day(struct db *db, struct quota *q)
{
    const struct val in[] = {V(q->gov), V(q->user), V(q->since)};
    int64_t files, bytes, most_files, most_bytes;
    int result = read_two(db, &q_day, in, ARRAY_LEN(in), &files, &bytes);

    if (result == 0)
        result = limit_on(db, q, DAY_FILES, &most_files);
    if (result == 0)
        result = limit_on(db, q, DAY_SIZE, &most_bytes);
    if (result == 0 && files + q->files > most_files)
        return over(q, QUOTA_OF_PERSON_FILES, files, most_files);
    if (result == 0 && bytes + q->bytes > most_bytes)
        return over(q, QUOTA_OF_PERSON, bytes, most_bytes);
    return result;
}

struct use {
    int64_t agency, gov;
    int64_t most_agency, most_gov;
};

static int read_use(struct db *db, const struct quota *q, struct use *ret)
{
    const struct val in[] = {V(q->gov), V(agency_key(q->agency))};
    int result = read_two(db, &q_use, in, ARRAY_LEN(in), &ret->agency, &ret->gov);

    if (result == 0)
        result = limit_on(db, q, AGENCY_SIZE, &ret->most_agency);
    return result == 0 ? limit_on(db, q, GOV_SIZE, &ret->most_gov) : result;
}

static int check_use(struct db *db, struct quota *q)
{
    struct use u;
    int result = read_use(db, q, &u);

    if (result == 0 && q->agency != INT_NONE && u.agency + q->bytes > u.most_agency)
        return over(q, QUOTA_OF_AGENCY, u.agency, u.most_agency);
    if (result == 0 && u.gov + q->bytes > u.most_gov)
        return over(q, QUOTA_OF_GOV, u.gov, u.most_gov);
    return result;
}

int attachment_quota(struct db *db, struct quota *q)
{
    int result = check_day(db, q);

    return result == 0 ? check_use(db, q) : result;
}

int attachment_use(struct db *db, struct quota *q)
{
    bool own = q->agency != INT_NONE;
    struct use u;
    int result = read_use(db, q, &u);

    if (result < 0)
        return result;
    (void)over(q, QUOTA_FREE, own ? u.agency : u.gov, own ? u.most_agency : u.most_gov); /* only fills the answer */
    if (own && u.agency >= u.most_agency / 10 * QUOTA_NEAR_TENTHS)
        q->full = QUOTA_OF_AGENCY;
    else if (u.gov >= u.most_gov / 10 * QUOTA_NEAR_TENTHS)
        (void)over(q, QUOTA_OF_GOV, u.gov, u.most_gov); /* the same */
    return 0;
}

const char *quota_words(struct req *r, const struct quota *q)
{
    const int64_t left = q->limit > q->used ? q->limit - q->used : 0;

    if (q->full == QUOTA_OF_PERSON_FILES)
        return T2(r, words[q->full], say_count(r, q->used), say_count(r, q->limit));
    return T3(r, words[q->full], say_size(r, q->used), say_size(r, q->limit), say_size(r, left));
}

/* ---- writing ---- */

static int count(struct tx *tx, const struct attachment *x, int64_t bytes)
{
    return db_send(tx->db, &q_add, V(x->head.gov), V(agency_key(x->agency)), V(bytes));
}

int attachment_add(struct tx *tx, const struct attachment *x, const struct quota *q)
{
    struct quota one;
    struct record head;
    int result = 0;

    if (q != NULL) {
        one = *q;
        one.files = 1;
        one.bytes = x->size;
        result = attachment_quota(tx->db, &one);
    }
    if (result == 0)
        result = row_insert(tx, &attachment_entity, x, &head);
    return result < 0 ? result : count(tx, x, x->size);
}

int attachment_uncount(struct tx *tx, const struct attachment *x)
{
    return count(tx, x, -x->size);
}
