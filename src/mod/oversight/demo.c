/*
 * demo.c: plans and actions of a demo instance, and what people did with the invented ones.
 *
 * Everything goes through the engine's writes, so that history, leaves and tasks are there. Not for: people and agencies, which
 * the caller makes.
 */
#include "base/date.h"
#include "base/hash.h"
#include "base/text.h"
#include "engine/attachment.h"
#include "engine/comment.h"
#include "engine/row.h"
#include "engine/save.h"
#include "mod/oversight/demo.h"
#include "mod/oversight/oversight.h"
#include "os/os.h"
#include "ui/pdf.h"

/* ---- what is known: rows of research with their source, as they were typed in ---- */

#define NEWS        "tangerangkota.go.id berita 25235 (Pemkot Tangerang paparkan rencana aksi)"
#define WITH_DECREE NEWS "; Keputusan Wali Kota 800/Kep.506-I... (nomor terpotong dalam sumber)"
#define NAMES_ONLY  NEWS "; menyebut sistemnya, tanpa keluaran atau tenggat"

/* clang-format off */
static const struct {
    const char *area, *action;
    const char *output, *owners, *deadline, *source; /* NULL: no source says it */
} facts[] = {
    {"Tata kelola program", "Pembentukan satuan tugas pelaksana rencana aksi",
     "Keputusan Wali Kota", "Wali Kota Tangerang; Sekda", "2016", WITH_DECREE},
    {"Tata kelola program", "Penyampaian rencana aksi secara tertulis, lalu pemaparan progres di hadapan Tim Korsupgah",
     "Dokumen rencana aksi; bahan paparan", "Sekda; Badan Pengelola Keuangan; DPMPTSP; Bappeda; Inspektorat", "reviu sekitar dua bulan setelah penyampaian", WITH_DECREE},
    {"Perizinan", "Pelayanan perizinan berbasis online",
     "Semua jenis izin yang semula belum online menjadi online", "DPMPTSP Kota Tangerang", NULL, WITH_DECREE},
    {"Pengawasan dan Pengendalian", "Penguatan Inspektorat / APIP",
     NULL, "Inspektorat Kota Tangerang", NULL, WITH_DECREE},
    {"Pelayanan publik", "Pelayanan publik berbasis aplikasi (smart city)",
     NULL, "Pemkot Tangerang", NULL, WITH_DECREE},
    {"Pengelolaan APBD", "Penerapan E-Planning",
     NULL, "Bappeda Kota Tangerang", NULL, NAMES_ONLY},
    {"Pengelolaan APBD", "Penerapan E-Budgeting",
     NULL, "Badan Pengelola Keuangan Kota Tangerang", NULL, NAMES_ONLY},
    {"Perizinan", "Pelayanan Terpadu Satu Pintu",
     NULL, "DPMPTSP Kota Tangerang", NULL, NAMES_ONLY},
    {"Manajemen SDM dan Aparatur", "Teknologi informasi untuk pengelolaan SDM dan TPP",
     NULL, NULL, NULL, NAMES_ONLY},
    {"Pengawasan dan Pengendalian", "Peningkatan pengawasan dan pengendalian",
     NULL, "Inspektorat Kota Tangerang", NULL, NAMES_ONLY},
};

/* ---- what is invented ---- */

#define NOT_SAID INT_NONE

static const struct {
    const char *area, *action, *output, *owners;
    int64_t days; /* deadline, from today */
    int64_t progress;
    const char *pic, *note;
} examples[] = {
    {"Perizinan", "Semua jenis izin diajukan dan diterbitkan secara daring", "Daftar jenis izin yang sudah daring", "DPMPTSP; Bappeda", 40, 60,
     "Rina Contoh", "Contoh: sebagian jenis izin masih diuji coba."},
    {"Perizinan", "Waktu layanan tiap tahap diumumkan", "Halaman kinerja per layanan", "DPMPTSP", -20, 100, "Rina Contoh", NULL},
    {"Perizinan", "Larangan gratifikasi terpasang di semua loket", "Foto setiap loket", "DPMPTSP", 1, 70, "Rina Contoh", NULL},
    {"Pengelolaan APBD", "Seluruh usulan dicatat dalam E-Planning sebelum RKPD ditetapkan", "Daftar usulan yang cocok dengan RKPD", "Bappeda", 60, NOT_SAID,
     NULL, NULL},
    {"Pengelolaan APBD", "E-Budgeting menolak harga di atas standar", "Laporan penolakan per perangkat daerah", "BPKD; Bappeda", -5, 40, NULL,
     "Contoh: lewat waktu."},
    {"Perizinan", "Penyerahan berkas kepada pemohon tanpa tatap muka", "Laporan triwulanan", "DPMPTSP", 25, 100, "Rina Contoh", NULL},
    {"Perizinan", "Pengaduan layanan dijawab dalam lima hari kerja", "Rekapitulasi pengaduan", "DPMPTSP", 30, 100, "Rina Contoh", NULL},
};

/* What people did with them, in this order. verb NULL: a file; "" a comment. */
static const struct {
    size_t example;
    const char *role, *verb, *reason, *text;
} deeds[] = {
    {0, "agency_staff", "start", NULL, NULL},
    {0, "agency_staff", NULL, NULL, "Daftar jenis izin"},
    {0, "planner", "", NULL, "Contoh: mohon lampirkan daftar per kelurahan bulan depan."},
    {1, "agency_staff", "start", NULL, NULL},
    {1, "agency_staff", NULL, NULL, "Tangkapan halaman kinerja"},
    {1, "agency_head", "claim", NULL, NULL},
    {1, "inspector", "check", NULL, NULL},
    {1, "supervisor_kpk", "accept", NULL, NULL},
    {2, "agency_staff", "start", NULL, NULL},
    {2, "agency_staff", NULL, NULL, "Foto loket"},
    {2, "agency_head", "claim", NULL, NULL},
    {2, "inspector", "check", NULL, NULL},
    {2, "supervisor_kpk", "return", "unreadable", "Contoh: empat foto tidak terbaca. Unggah ulang."},
    {4, "agency_staff", "start", NULL, NULL},
    {5, "agency_staff", "start", NULL, NULL},
    {5, "agency_staff", NULL, NULL, "Laporan triwulan"},
    {5, "agency_head", "claim", NULL, NULL},
    {6, "agency_staff", "start", NULL, NULL},
    {6, "agency_staff", NULL, NULL, "Rekapitulasi pengaduan"},
    {6, "agency_head", "claim", NULL, NULL},
    {6, "inspector", "check", NULL, NULL},
};
/* clang-format on */

/* ---- one write by one person ---- */

struct demo {
    struct app *app;
    struct arena *a;
    const struct oversight_demo *d;
    int64_t example[ARRAY_LEN(examples)]; /* their ids */
};

struct write {
    const struct screen *screen; /* a new row of it, */
    const struct entity *entity; /* or of this, */
    const char *verb;            /* or a step of an action with this id */
    int64_t gov, id;
    const void *row;
    struct actor_mark mark;
    struct record head;
};

static int move(struct tx *tx, struct write *w)
{
    struct action_item x;
    int e = row_get(tx->db, tx->arena, &action_item_entity, w->gov, w->id, &x);

    if (e <= 0)
        return e < 0 ? e : E_STATE;
    return workflow_move(tx, &action_flow, &x, w->verb, &w->head);
}

static int run(struct tx *tx, void *arg)
{
    struct write *w = arg;

    (void)actor_act(tx, &w->mark);
    if (w->verb != NULL)
        return move(tx, w);
    if (w->entity == &attachment_entity)
        return attachment_add(tx, w->row, NULL);
    return w->screen != NULL ? save_row(tx, w->screen, NULL, w->row, &w->head) : row_insert(tx, w->entity, w->row, &w->head);
}

static int write_as(const struct demo *demo, const char *role, struct write *w)
{
    const struct actor_mark *who = demo->d->who(demo->d->arg, role);
    const char *reason = w->mark.reason, *remark = w->mark.remark;

    if (who == NULL)
        return E_STATE;
    w->gov = demo->d->gov;
    w->mark = *who;
    w->mark.reason = reason;
    w->mark.remark = remark;
    return writer_do(demo->app->writer, run, w);
}

/* ---- plans ---- */

static int add_plan(const struct demo *demo, const struct action_plan *plan, int64_t *ret_id)
{
    struct write w = {.screen = &action_plan_screen, .row = plan};
    int e = write_as(demo, "planner", &w);

    *ret_id = w.head.id;
    return e;
}

/* The rules of the form say who leads; in the demo they have no reason to refuse. */
static int add_action(const struct demo *demo, struct action_item *x, int64_t *ret_id)
{
    struct write w = {.screen = &action_item_screen, .row = x, .mark = {.remark = NULL}};
    struct faults faults = {.n = 0};
    struct db *db;
    int e = pool_take(demo->app->pool, 1000, &db);

    if (e < 0)
        return e;
    action_check(&(struct req){.app = demo->app, .db = db, .arena = demo->a}, NULL, x, &faults);
    pool_give(demo->app->pool, db);
    if (faults.n > 0)
        return E_STATE;
    e = write_as(demo, "planner", &w);
    *ret_id = w.head.id;
    return e;
}

static int add_facts(const struct demo *demo)
{
    struct action_plan *plan = row_new(demo->a, &action_plan_entity, demo->d->gov);
    int64_t plan_id, id;
    size_t i;
    int e;

    plan->code = "renaksi-2016";
    plan->title = "Rencana aksi pemberantasan korupsi terintegrasi";
    plan->year = 2016;
    plan->status.v = "decreed";
    plan->decree_no = "Keputusan Wali Kota 800/Kep.506-I... (terpotong dalam sumber)";
    plan->note = "Tahun reviu tidak pasti: berita menyebut Rabu 08/06, yang cocok dengan 2016, tetapi memakai nama perangkat "
                 "daerah yang berlaku sejak 2017.";
    plan->source = NEWS;
    plan->origin.v = "source";
    e = add_plan(demo, plan, &plan_id);
    for (i = 0; e == 0 && i < ARRAY_LEN(facts); i++) {
        struct action_item *x = row_new(demo->a, &action_item_entity, demo->d->gov);

        x->plan.v = plan_id;
        x->number = (int64_t)i + 1;
        x->area = facts[i].area;
        x->action = facts[i].action;
        x->output = facts[i].output;
        x->owners = facts[i].owners;
        x->deadline_text = facts[i].deadline;
        x->source = facts[i].source;
        x->origin.v = "source";
        e = add_action(demo, x, &id);
    }
    return e;
}

static int add_examples(struct demo *demo)
{
    struct action_plan *plan = row_new(demo->a, &action_plan_entity, demo->d->gov);
    int64_t plan_id, year = date_civil(demo->d->today).year;
    size_t i;
    int e;

    plan->code = text_printf(demo->a, "contoh-%lld", (long long)year);
    plan->title = text_printf(demo->a, "Contoh rencana aksi %lld", (long long)year);
    plan->year = year;
    plan->status.v = "submitted";
    plan->note = "Contoh: semua isi rencana ini rekaan.";
    plan->origin.v = "example";
    e = add_plan(demo, plan, &plan_id);
    for (i = 0; e == 0 && i < ARRAY_LEN(examples); i++) {
        struct action_item *x = row_new(demo->a, &action_item_entity, demo->d->gov);

        x->plan.v = plan_id;
        x->number = (int64_t)i + 1;
        x->area = examples[i].area;
        x->action = examples[i].action;
        x->output = examples[i].output;
        x->owners = examples[i].owners;
        x->pic_name = examples[i].pic;
        x->deadline = date_add_days(demo->d->today, (int)examples[i].days);
        x->target = 100;
        x->progress = examples[i].progress;
        x->note = examples[i].note;
        x->origin.v = "example";
        e = add_action(demo, x, &demo->example[i]);
    }
    return e;
}

/* ---- what was done ---- */

/* A page that says of itself that it is invented. */
static int evidence(const struct demo *demo, const char *title, const char *action, struct bytes *ret)
{
    const struct pdf_head head = {
        .title = title, .lang = LANG_ID, .created = os_now(), .foot = "CONTOH", .government = demo->d->gov_name};

    AUTO_PDF struct pdf *p = pdf_begin(demo->a, &head);

    pdf_title(p, title, "CONTOH");
    pdf_text(p, action);
    pdf_text(p,
             "Berkas ini rekaan. Isinya bukan fakta dan tidak membuktikan apa pun; ia memperlihatkan tempat bukti disimpan.");
    return pdf_end(p, ret);
}

static int add_file(const struct demo *demo, size_t example, const char *role, const char *title)
{
    const struct actor_mark *who = demo->d->who(demo->d->arg, role);
    struct attachment x = {.head = {.gov = demo->d->gov, .voided_at = INSTANT_NONE},
                           .record = demo->example[example],
                           .of_entity = action_item_entity.name,
                           .name = text_printf(demo->a, "Contoh - %s.pdf", title),
                           .media = "application/pdf",
                           .version = 1,
                           .note = "contoh",
                           .added_at = os_now(),
                           .agency = INT_NONE};
    struct write w = {.entity = &attachment_entity, .row = &x};
    uint8_t hash[HASH_SIZE];
    struct bytes content;
    int e = who == NULL ? E_STATE : evidence(demo, title, examples[example].action, &content);

    if (e == 0)
        e = attachment_keep_bytes(content, demo->app->files_dir, demo->d->gov, demo->a, &x.file);
    if (e < 0)
        return e;
    hash_sha256(content.p, content.n, hash);
    x.sha256 = hex_text(demo->a, hash, sizeof hash);
    x.size = (int64_t)content.n;
    x.author = who->user;
    x.author_name = who->name;
    return write_as(demo, role, &w);
}

static int add_comment(const struct demo *demo, size_t example, const char *role, const char *text)
{
    const struct actor_mark *who = demo->d->who(demo->d->arg, role);
    struct comment x = {.head = {.gov = demo->d->gov, .voided_at = INSTANT_NONE},
                        .record = demo->example[example],
                        .of_entity = action_item_entity.name,
                        .body = text,
                        .written_at = os_now()};
    struct write w = {.entity = &comment_entity, .row = &x};

    if (who == NULL)
        return E_STATE;
    x.author = who->user;
    x.author_name = who->name;
    return write_as(demo, role, &w);
}

static int do_deeds(const struct demo *demo)
{
    size_t i;
    int e = 0;

    for (i = 0; e == 0 && i < ARRAY_LEN(deeds); i++) {
        size_t k = deeds[i].example;
        struct write w = {
            .verb = deeds[i].verb, .id = demo->example[k], .mark = {.reason = deeds[i].reason, .remark = deeds[i].text}};

        if (deeds[i].verb == NULL)
            e = add_file(demo, k, deeds[i].role, deeds[i].text);
        else if (*deeds[i].verb == '\0')
            e = add_comment(demo, k, deeds[i].role, deeds[i].text);
        else
            e = write_as(demo, deeds[i].role, &w);
    }
    return e;
}

int oversight_demo(struct app *app, struct arena *a, const struct oversight_demo *d)
{
    struct demo demo = {.app = app, .a = a, .d = d};
    int e = add_facts(&demo);

    if (e == 0)
        e = add_examples(&demo);
    return e < 0 ? e : do_deeds(&demo);
}
