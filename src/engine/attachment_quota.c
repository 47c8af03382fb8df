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

static const char *const words[] = {
    [QUOTA_FREE] = NULL, [QUOTA_OF_PERSON] = "quota.person", [QUOTA_OF_AGENCY] = "quota.agency", [QUOTA_OF_GOV] = "quota.gov",
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

static int check_day(struct db *db, struct quota *q)
{
    const struct val in[] = {V(q->gov), V(q->user), V(q->since)};
    int64_t files, bytes;
    int result = read_two(db, &q_day, in, ARRAY_LEN(in), &files, &bytes);

    if (result == 0 && (files + q->files > QUOTA_DAY_FILES || bytes + q->bytes > QUOTA_DAY_BYTES))
        return over(q, QUOTA_OF_PERSON, bytes, QUOTA_DAY_BYTES);
    return result;
}

static int read_use(struct db *db, const struct quota *q, int64_t *ret_agency, int64_t *ret_gov)
{
    const struct val in[] = {V(q->gov), V(agency_key(q->agency))};

    return read_two(db, &q_use, in, ARRAY_LEN(in), ret_agency, ret_gov);
}

static int check_use(struct db *db, struct quota *q)
{
    int64_t agency, gov;
    int result = read_use(db, q, &agency, &gov);

    if (result == 0 && q->agency != INT_NONE && agency + q->bytes > QUOTA_AGENCY)
        return over(q, QUOTA_OF_AGENCY, agency, QUOTA_AGENCY);
    if (result == 0 && gov + q->bytes > QUOTA_GOV)
        return over(q, QUOTA_OF_GOV, gov, QUOTA_GOV);
    return result;
}

int attachment_quota(struct db *db, struct quota *q)
{
    int result = check_day(db, q);

    return result == 0 ? check_use(db, q) : result;
}

int attachment_near(struct db *db, struct quota *q)
{
    int64_t agency, gov;
    int result = read_use(db, q, &agency, &gov);

    q->full = QUOTA_FREE;
    if (result == 0 && q->agency != INT_NONE && agency >= QUOTA_AGENCY / 10 * QUOTA_NEAR_TENTHS)
        (void)over(q, QUOTA_OF_AGENCY, agency, QUOTA_AGENCY); /* only fills the answer */
    else if (result == 0 && gov >= QUOTA_GOV / 10 * QUOTA_NEAR_TENTHS)
        (void)over(q, QUOTA_OF_GOV, gov, QUOTA_GOV); /* the same */
    return result;
}

const char *quota_words(struct req *r, const struct quota *q)
{
    const int64_t left = q->limit > q->used ? q->limit - q->used : 0;

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
