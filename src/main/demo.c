/*
 * demo.c: `terang demo`: an instance to look at: the governments of Banten and their supervisor, agencies of Kota Tangerang as
 * sources of 2016 and 2017 name them, one invented person a role, the action plan.
 *
 * Codes, places and names of offices are real, people are invented. Passwords are made anew each time and shown once. Not for:
 * what an action plan holds (mod/oversight/demo.c).
 */
#include "base/date.h"
#include "base/json.h"
#include "base/text.h"
#include "core/agency/change.h"
#include "core/auth/words.h"
#include "core/user/admin.h"
#include "engine/row.h"
#include "main/demo_days.h"
#include "main/init.h"
#include "mod/oversight/demo.h"
#include "mod/oversight/review_demo.h"
#include "mod/oversight/score_demo.h"
#include "os/os.h"

#define OUT_MAX     ((size_t)64 * KB)
#define WORDS_LEAST 16 /* characters of a password */
#define CITY        "36.71"
#define ALL         "*"  /* every government of the installation */
#define BANTEN      "36" /* the province and all in it */

/* clang-format off */
static const struct {
    const char *kind, *code, *slug, *name;
} governments[] = {
    {"supervisor", "0",     "kpk",                    "Komisi Pemberantasan Korupsi"}, /* the code is ours */
    {"province",   "36",    "provinsi-banten",        "Provinsi Banten"},
    {"regency",    "36.01", "kabupaten-pandeglang",   "Kabupaten Pandeglang"},
    {"regency",    "36.02", "kabupaten-lebak",        "Kabupaten Lebak"},
    {"regency",    "36.03", "kabupaten-tangerang",    "Kabupaten Tangerang"},
    {"regency",    "36.04", "kabupaten-serang",       "Kabupaten Serang"},
    {"city",       CITY,    "kota-tangerang",         "Kota Tangerang"},
    {"city",       "36.72", "kota-cilegon",           "Kota Cilegon"},
    {"city",       "36.73", "kota-serang",            "Kota Serang"},
    {"city",       "36.74", "kota-tangerang-selatan", "Kota Tangerang Selatan"},
};

/* Codes of the fields of government that they serve (Permendagri 90/2019), names as in the sources of the action plan. */
static const struct {
    const char *code, *name, *short_name, *kind;
} agencies[] = {
    {"2.18", "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu", "DPMPTSP",     "office"}, /* made by the reorganisation */
    {"4.01", "Sekretariat Daerah",                                     "Setda",       "secretariat"},
    {"5.01", "Badan Perencanaan Pembangunan Daerah",                   "Bappeda",     "board"},
    {"5.02", "Badan Pengelola Keuangan Daerah",                        "BPKD",        "board"},
    {"6.01", "Inspektorat",                                            "Inspektorat", "inspectorate"},
};

/* The office before the reorganisation of 2017: no source says what it was called, nor the day. */
#define BEFORE_CODE "2016.2.18"
#define BEFORE_NAME "Perangkat daerah perizinan sebelum 2017 (nama tidak diketahui)"
#define BASIS       "Contoh: sumber menyebut Perwal 74/2016 dan tahun 2017; nama lama dan harinya tidak diketahui"

/* The login is the role's code. */
static const struct {
    const char *role, *name, *where, *agency;
} people[] = {
    {"head",                "Hadi Contoh",   CITY,   NULL},
    {"secretary",           "Sinta Contoh",  CITY,   NULL},
    {"agency_head",         "Kartika Contoh", CITY,  "2.18"},
    {"agency_staff",        "Rina Contoh",   CITY,   "2.18"},
    {"planner",             "Pramono Contoh", CITY,  NULL},
    {"inspector",           "Indra Contoh",  CITY,   NULL},
    {"auditor",             "Aulia Contoh",  CITY,   NULL},
    {"supervisor_kpk",      "Kurnia Contoh", BANTEN, NULL},
    {"supervisor_province", "Wulan Contoh",  BANTEN, NULL},
    {"admin",               "Adi Contoh",    ALL,    NULL},
    {"operator",            "Oki Contoh",    ALL,    NULL},
};
/* clang-format on */

struct demo {
    struct opened o;
    struct arena *a;
    date today;
    int64_t gov[ARRAY_LEN(governments)];
    int64_t agency[ARRAY_LEN(agencies)];
    const char *password[ARRAY_LEN(people)];
    struct actor_mark mark[ARRAY_LEN(people)];
};

static size_t place_of_gov(const char *code)
{
    size_t i;

    for (i = 0; i < ARRAY_LEN(governments); i++)
        if (text_eq(governments[i].code, code))
            return i;
    bug_at(__FILE__, __LINE__, code);
}

/* ---- governments and agencies ---- */

static const struct actor_mark demo_mark = {.role = "operator", .name = "terang demo"};

struct insert {
    const struct entity *entity;
    const void *row;
    struct record head;
};

static int insert_run(struct tx *tx, void *arg)
{
    struct insert *x = arg;

    (void)actor_act(tx, &demo_mark);
    return row_insert(tx, x->entity, x->row, &x->head);
}

static int insert(struct demo *d, const struct entity *e, const void *row, int64_t *ret_id)
{
    struct insert x = {.entity = e, .row = row};
    int result = writer_do(d->o.app.writer, insert_run, &x);

    *ret_id = x.head.id;
    return result;
}

static int add_governments(struct demo *d)
{
    size_t i, province = place_of_gov(BANTEN);
    int e = 0;

    for (i = 0; e == 0 && i < ARRAY_LEN(governments); i++) {
        struct government *g = row_new(d->a, &government_entity, 0);

        g->kind.v = governments[i].kind;
        g->code = governments[i].code;
        g->slug = governments[i].slug;
        g->name = governments[i].name;
        g->zone = d->o.in.zone_minutes;
        if (i > province)
            g->parent.v = d->gov[province];
        e = insert(d, &government_entity, g, &d->gov[i]);
    }
    return e;
}

static int add_agencies(struct demo *d)
{
    size_t i;
    int e = 0;

    for (i = 0; e == 0 && i < ARRAY_LEN(agencies); i++) {
        struct agency *g = row_new(d->a, &agency_entity, d->gov[place_of_gov(CITY)]);
        bool begins = i == 0;

        g->code = begins ? BEFORE_CODE : agencies[i].code;
        g->name = begins ? BEFORE_NAME : agencies[i].name;
        g->short_name = begins ? NULL : agencies[i].short_name;
        g->kind.v = begins ? "other" : agencies[i].kind;
        e = insert(d, &agency_entity, g, &d->agency[i]);
    }
    return e;
}

struct reorganise {
    struct change plan, stored;
};

static int reorganise_run(struct tx *tx, void *arg)
{
    struct reorganise *x = arg;

    (void)actor_act(tx, &demo_mark);
    return change_propose(tx, &x->plan, &x->stored);
}

/* The first agency becomes what it is called since 2017. */
static int reorganise(struct demo *d)
{
    const struct record head = {.gov = d->gov[place_of_gov(CITY)], .voided_at = INSTANT_NONE};
    struct reorganise x = {.plan = {.row = {.head = head, .day = date_of(2017, 1, 1), .basis = BASIS},
                                    .parts = {{.head = head, .side = {"old"}, .agency = {d->agency[0]}},
                                              {.head = head,
                                               .side = {"new"},
                                               .code = agencies[0].code,
                                               .name = agencies[0].name,
                                               .short_name = agencies[0].short_name,
                                               .kind = {agencies[0].kind}}},
                                    .n = 2}};
    int e = writer_do(d->o.app.writer, reorganise_run, &x);

    d->agency[0] = x.stored.parts[1].agency.v;
    return e;
}

/* ---- people ---- */

static int64_t agency_of(const struct demo *d, const char *code)
{
    size_t i;

    for (i = 0; i < ARRAY_LEN(agencies); i++)
        if (text_eq(agencies[i].code, code))
            return d->agency[i];
    return INT_NONE;
}

/* In one government, in all of Banten, or everywhere. */
static size_t grants_for(const struct demo *d, size_t person, struct role_grant ret[static ARRAY_LEN(governments)])
{
    const char *where = people[person].where;
    size_t i, n = 0;

    if (text_eq(where, ALL)) {
        ret[n++] = grant_of(0, people[person].role, 0, d->today);
        return n;
    }
    for (i = 0; i < ARRAY_LEN(governments); i++) {
        bool here = text_eq(where, BANTEN) ? text_starts(governments[i].code, BANTEN) : text_eq(governments[i].code, where);

        if (!here)
            continue;
        ret[n] = grant_of(0, people[person].role, d->gov[i], d->today);
        ret[n].in_agency = agency_of(d, people[person].agency);
        ret[n++].basis = "contoh";
    }
    return n;
}

static int account_run(struct tx *tx, void *arg)
{
    const struct demo_plan *plan = arg;
    int64_t id;

    (void)actor_act(tx, &demo_mark);
    return core_demo_store(tx, plan, &id);
}

static int64_t home_of(const struct demo *d, const char *where)
{
    return text_eq(where, ALL) ? 0 : d->gov[place_of_gov(where)];
}

/* What stands in the history for the person. */
static int mark_of(struct demo *d, size_t i)
{
    struct app_user user;
    struct db *db;
    int e = pool_take(d->o.app.pool, 1000, &db);

    if (e < 0)
        return e;
    e = user_by_login(db, d->a, people[i].role, &user);
    pool_give(d->o.app.pool, db);
    if (e <= 0)
        return e < 0 ? e : E_STATE;
    d->mark[i] = (struct actor_mark){
        .role = people[i].role,
        .user = user.head.id,
        .subject_key = user.head.record_key,
        .name = people[i].name,
        .unit = people[i].agency != NULL ? text_printf(d->a, "%s/%s", people[i].where, people[i].agency) : CITY};
    return 0;
}

static int add_people(struct demo *d)
{
    size_t i;
    int e = 0;

    for (i = 0; e == 0 && i < ARRAY_LEN(people); i++) {
        struct role_grant grants[ARRAY_LEN(governments)];
        struct demo_account account = {
            .login = people[i].role, .name = people[i].name, .home = home_of(d, people[i].where), .grants = grants};
        struct demo_plan *plan;

        d->password[i] = account.password = words_phrase(d->a, WORDS_PHRASE, WORDS_LEAST);
        account.n_grants = grants_for(d, i, grants);
        e = core_demo_plan(&d->o.app, d->a, &account, os_now(), &plan);
        if (e == 0)
            e = writer_do(d->o.app.writer, account_run, plan);
        if (e == 0)
            e = mark_of(d, i);
    }
    return e;
}

static const struct actor_mark *who(void *arg, const char *role)
{
    const struct demo *d = arg;
    size_t i;

    for (i = 0; i < ARRAY_LEN(people); i++)
        if (text_eq(people[i].role, role))
            return &d->mark[i];
    return NULL;
}

/* ---- the programme ---- */

static int64_t agency_called(void *arg, const char *code)
{
    int64_t id = agency_of(arg, code);

    return id != INT_NONE ? id : 0;
}

/* Some kilobytes a month of a government, forgotten afterwards. */
#define SCORES_MAX ((size_t)256 * MB)

static int add_scores(struct demo *d)
{
    struct score_demo_gov govs[ARRAY_LEN(governments)];
    struct score_demo scores = {.govs = govs,
                                .n_govs = ARRAY_LEN(governments),
                                .city = d->gov[place_of_gov(CITY)],
                                .today = d->today,
                                .mark = &demo_mark,
                                .agency = agency_called,
                                .arg = d};
    struct arena a;
    size_t i;
    int e;

    for (i = 0; i < ARRAY_LEN(governments); i++)
        govs[i] = (struct score_demo_gov){d->gov[i], governments[i].code};
    arena_init(&a, SCORES_MAX);
    e = score_demo(&d->o.app, &a, &scores);
    arena_finish(&a);
    return e;
}

/* ---- all of it ---- */

static int fill(struct demo *d)
{
    size_t city = place_of_gov(CITY);
    struct oversight_demo plan = {.gov_name = governments[city].name, .today = d->today, .who = who, .arg = d};
    int e;

    e = add_governments(d);
    if (e == 0)
        e = add_agencies(d);
    if (e == 0)
        e = reorganise(d);
    if (e == 0)
        e = demo_days(&d->o.app, &demo_mark);
    if (e == 0)
        e = add_people(d);
    plan.gov = d->gov[city];
    if (e == 0)
        e = oversight_demo(&d->o.app, d->a, &plan);
    if (e == 0)
        e = review_demo(&d->o.app, d->a, &plan);
    return e < 0 ? e : add_scores(d);
}

static int make_content(const struct command_line *line, struct demo *d)
{
    int code = instance_open(line->arena, USE_WRITE, &d->o), e;

    if (code != 0)
        return code;
    d->a = line->arena;
    d->today = instant_date(os_now(), d->o.in.zone_minutes);
    e = core_open(&d->o.app, NULL);
    if (e == 0)
        e = fill(d);
    core_close(&d->o.app);
    instance_close(&d->o);
    return e < 0 ? cannot("the demo cannot be filled: %s", reason_of(e)) : 0;
}

/* ---- telling ---- */

static void tell_json(const struct instance *in, const char *vkey, const struct demo *d, struct buf *out)
{
    struct json_out j;
    size_t i;

    json_out_init(&j, out);
    json_out_object(&j);
    json_put_text(&j, "data", in->path);
    json_put_text(&j, "origin", in->origin);
    json_put_text(&j, "vkey", vkey);
    json_put_array(&j, "logins");
    for (i = 0; i < ARRAY_LEN(people); i++) {
        json_out_object(&j);
        json_put_text(&j, "login", people[i].role);
        json_put_text(&j, "password", d->password[i]);
        json_put_text(&j, "name", people[i].name);
        json_out_end(&j);
    }
    json_out_end(&j);
    json_out_end(&j);
    buf_byte(out, '\n');
}

static void tell_text(const struct instance *in, const char *vkey, const struct demo *d, struct buf *out)
{
    size_t i;

    buf_printf(out, "%s in %s, all people invented\n\n%-20s %-36s %s\n", in->name, in->path, "login", "password", "name");
    for (i = 0; i < ARRAY_LEN(people); i++)
        buf_printf(out, "%-20s %-36s %s\n", people[i].role, d->password[i], people[i].name);
    buf_printf(out,
               "\nThe second factor is asked for: `terang user code LOGIN` prints it.\nPublic page: %s/%s/renaksi\n"
               "A proof that was downloaded: `terang verify FILE --vkey '%s'`\n",
               in->origin, governments[place_of_gov(CITY)].slug, vkey);
}

int command_demo(const struct command_line *line)
{
    struct demo d = {.a = line->arena};
    struct instance in;
    const char *vkey;
    struct buf out;
    int code;

    code = init_instance(line, true, &in, &vkey);
    if (code == 0)
        code = make_content(line, &d);
    if (code != 0)
        return code;
    buf_init(&out, line->arena, OUT_MAX);
    if (line->json)
        tell_json(&in, vkey, &d, &out);
    else
        tell_text(&in, vkey, &d, &out);
    return command_print(&out);
}
