/*
 * score_demo.c: the programme of a demo instance: names of areas and indicators as a source gives them, and for each government
 * of Banten invented values that look like a year's work. The same values at every run: they depend on codes and the day alone.
 *
 * Not for: governments and people, which the caller makes.
 */
#include "base/date.h"
#include "base/text.h"
#include "engine/row.h"
#include "mod/oversight/score_demo.h"
#include "mod/oversight/score_import.h"
#include "mod/oversight/score_now.h"
#include "os/os.h"

#define SOURCE_2026 "mcp.csv: templat MCSP-RBS 2026 satu daerah (Kab. Konawe), berkas sumber publik; bukan instrumen resmi"
#define SOURCE_2025 "mcp.csv: delapan area, peluncuran IPKD MCP 2025 (sriwijayaplus.com)"
#define MONTHS      12

/* ---- what is known ---- */

/* clang-format off */
static const struct fact {
    const char *code, *parent, *name, *method;
    const char *params; /* example, but for the number of documents */
    const char *owners; /* of an indicator as the source names them; of an area an example */
    const char *documents;
} facts_2026[] = {
    {"1", NULL, "Perencanaan dan Penganggaran APBD", NULL, NULL, "TAPD, Sekretariat DPRD", NULL},
    {"1.1", "1", "Perencanaan dan Penganggaran melalui usulan pokok pikiran DPRD", "BOBOT_DOKUMEN", "total=10", "Tim Anggaran; Sekretariat Dewan; Inspektorat",
     "Data usulan pokir dewan TA 2025; Data usulan pokir dewan TA 2026 s.d. semester 1; Data usulan pokir dewan berdasarkan Perkada RKPD TA 2027; SSH tahun 2025; SSH tahun 2026; ASB tahun 2025; ASB tahun 2026"},
    {"1.2", "1", "Perencanaan dan penganggaran yang berasal hibah, bantuan keuangan dan bansos", "BOBOT_DOKUMEN", "total=9", "Tim Anggaran; Sekretariat Dewan; Inspektorat",
     "Daftar penyaluran hibah TA 2025; Daftar penyaluran hibah TA 2026 s.d. semester 1; Daftar penyaluran bantuan keuangan TA 2025; Daftar penyaluran bantuan keuangan TA 2026 s.d. semester 1; Daftar penyaluran bantuan sosial TA 2025; Daftar penyaluran bantuan sosial TA 2026 s.d. semester 1"},
    {"1.3", "1", "Perencanaan dan penganggaran pada perjalanan dinas dan honorarium DPRD", "BOBOT_DOKUMEN", "total=6", "Tim Anggaran; Sekretariat Dewan; Inspektorat",
     "Realisasi perjalanan dinas DPRD TA 2025; Realisasi perjalanan dinas DPRD TA 2026 (semester 1); Realisasi sosialisasi/lokakarya/seminar/sarasehan DPRD TA 2025; Realisasi sosialisasi/lokakarya/seminar/sarasehan DPRD TA 2026 s.d. semester 1; Rincian honorarium DPRD yang melekat pada OPD TA 2025; Rincian honorarium DPRD yang melekat pada OPD TA 2026 s.d. semester 1"},
    {"2", NULL, "Pengadaan Barang dan Jasa", NULL, NULL, "UKPBJ", NULL},
    {"2.1", "2", "Transparansi Pengadaan Barang dan Jasa", "BINER_0_100", NULL, "Sekda; BPKD; UKPBJ",
     "Daftar RUP tahun 2026"},
    {"2.2", "2", "Konsolidasi Pengadaan Barang dan Jasa", "BERTINGKAT_0_75_25", "steps=none:0,partly:75,complete:100", "Sekda; BPKD; UKPBJ",
     "Daftar paket konsolidasi tahun 2026"},
    {"2.3", "2", "Pengendalian Risiko Pemecahan Paket pada Pengadaan Langsung", "BOBOT_TAHUN", "total=3", "Sekda; BPKD; UKPBJ",
     "Daftar paket pengadaan langsung tahun 2024; Daftar paket pengadaan langsung tahun 2025; Daftar paket pengadaan langsung tahun 2026"},
    {"2.4", "2", "Pengadaan Barang dan Jasa Strategis", "BERTINGKAT_0_80_100", "steps=none:0,partly:80,complete:100", "Sekda; BPKD; UKPBJ",
     "Paket PBJ strategis tahun 2026 (ditetapkan sebelum 31 Maret)"},
    {"2.5", "2", "Pengadaan Barang dan Jasa melalui E-Purchasing", "BOBOT_DOKUMEN", "total=4", "Inspektorat; OPD terkait",
     "Daftar pengadaan e-purchasing tahun 2024; Daftar pengadaan e-purchasing tahun 2025; Daftar pengadaan e-purchasing tahun 2026"},
    {"2.6", "2", "Pengendalian Keterlambatan Pelaksanaan Kontrak PBJ", "BINER_0_100", NULL, "PPK; Inspektorat",
     NULL},
    {"3", NULL, "Pelayanan Publik", NULL, NULL, "DPMPTSP", NULL},
    {"3.1", "3", "Kebijakan dan Regulasi Tata Ruang", "PROPORSIONAL", NULL, "Kepala Daerah; Sekda; DPMPTSP; OPD terkait; Inspektorat",
     "RTRW-RZWP3K (provinsi); RTRW-RDTR (kabupaten/kota)"},
    {"3.2", "3", "Kecukupan dan Kepatuhan Regulasi pada Pelayanan Perizinan", "BOBOT_DOKUMEN", "total=6", "Sekda; DPMPTSP; OPD terkait; Inspektorat",
     NULL},
    {"3.3", "3", "Pelaksanaan dan Proses Pelayanan Perizinan", "PROPORSIONAL", NULL, "Kepala Daerah; Sekda; DPMPTSP",
     "Rekap perizinan"},
    {"3.4", "3", "Layanan Pengaduan", "BOBOT_DOKUMEN", "total=3", "Sekda; DPMPTSP; OPD layanan; Inspektorat; Diskominfo/Humas",
     NULL},
    {"3.5", "3", "Larangan Gratifikasi/Suap/Pemerasan pada Layanan Publik", "BINER_0_100", NULL, "Sekda; DPMPTSP; OPD layanan; Inspektorat; Diskominfo/Humas",
     NULL},
    {"4", NULL, "Manajemen ASN", NULL, NULL, "BKPSDM", NULL},
    {"4.1", "4", "Pengisian Jabatan Pimpinan Tinggi/Administrator", "BOBOT_DOKUMEN", "total=8", "PPK (pejabat pembina kepegawaian); Sekda; BKD/BKPSDM; Inspektorat; TPK",
     "Data JPT-JA terisi (definitif); Data JPT-JA terisi (pelaksana); Data JPT-JA kosong; Data disiplin pegawai"},
    {"4.2", "4", "Rotasi dan Mutasi Pegawai", "BOBOT_DOKUMEN", "total=3", "PPK (pejabat pembina kepegawaian); Sekda; BKD/BKPSDM; Inspektorat; TPK",
     "Data rotasi mutasi pegawai"},
    {"4.3", "4", "Kepatuhan Pelaporan LHKPN", "INTEROPERABILITAS_E_LHKPN", NULL, "Sekda; Biro Hukum; BKD/BKPSDM; Inspektorat",
     NULL},
    {"4.4", "4", "Pengendalian Gratifikasi", "INTEROPERABILITAS_GOL", NULL, "Sekda; Biro Hukum; BKD/BKPSDM; Inspektorat",
     NULL},
    {"5", NULL, "Pengelolaan Barang Milik Daerah", NULL, NULL, "BPKD", NULL},
    {"5.1", "5", "Pemutakhiran Database Aset Barang Milik Daerah", "BINER_0_100", NULL, "Sekda; BPKAD; OPD pengguna aset; Inspektorat",
     "Pemutakhiran database aset"},
    {"5.2", "5", "Peningkatan Legalitas dan Capaian Penertiban Aset", "BOBOT_TAHUN_TRIWULAN", "total=4", "BPKAD; OPD pengguna aset; Inspektorat",
     "Capaian penerbitan, daftar legalitas, daftar aset dikuasai pihak lain; Komitmen roadmap penyelesaian sertifikasi BMD tanah"},
    {"5.3", "5", "Pengadaan BMD Berdasarkan RKBMD dan Efisiensi HPS", "BOBOT_DOKUMEN", "total=5", "BPKAD; OPD pengguna aset; UKPBJ; Inspektorat",
     "Pengadaan BMD berdasarkan RKBMD dan HPS"},
    {"5.4", "5", "Pemanfaatan Aset secara Optimal", "BOBOT_DOKUMEN", "total=4", "BPKAD; OPD pengguna aset; Inspektorat",
     "Daftar aset idle/tidak produktif; Daftar pemanfaatan BMD (dengan/tanpa perjanjian); Rekapitulasi BMD"},
    {"5.5", "5", "Penghapusan dan Pemindahtanganan Aset", "BINER_0_100", NULL, "BPKAD; OPD pengguna aset; Inspektorat",
     "Pemindahtanganan dan penghapusan aset"},
    {"5.6", "5", "Penertiban PSU", "BOBOT_DOKUMEN", "total=3", "BPKAD; Dinas PUTR/Perkim; Inspektorat",
     "Penertiban prasarana, sarana, dan utilitas (PSU)"},
    {"6", NULL, "Optimalisasi Pendapatan Daerah", NULL, NULL, "Bapenda", NULL},
    {"6.1", "6", "Digitalisasi Transparansi Pendapatan Asli Daerah", "BOBOT_DOKUMEN", "total=4", "Sekda; Bapenda; Diskominfo; Inspektorat",
     "Data potensi pajak daerah; Data penerimaan daerah; Data jumlah SPPT (kabupaten/kota)"},
    {"6.2", "6", "Capaian Realisasi dan Pengawasan Pajak Daerah", "AMBANG_REALISASI", "target=100", "Sekda; Inspektur; BPKAD; Bapenda",
     "Target dan realisasi pajak daerah"},
    {"6.3", "6", "Capaian Realisasi Penagihan Piutang Pajak Daerah", "AMBANG_PROPORSIONAL", "target=100", "Sekda; Bapenda; BPKAD; Hukum; Satpol PP; Inspektorat",
     NULL},
    {"7", NULL, "Penguatan APIP", NULL, NULL, "Inspektorat", NULL},
    {"7.1", "7", "Tindak Lanjut Temuan BPK", "PROPORSIONAL", NULL, "Inspektorat; OPD terkait",
     NULL},
    {"7.2", "7", "Probity Audit pada Pengadaan Strategis Daerah", "BOBOT_TAHAPAN", "total=5", "Sekda; Inspektorat; UKPBJ; OPD terkait",
     NULL},
    {"7.3", "7", "Pengawasan dalam Rangka Pencegahan Korupsi", "BOBOT_DOKUMEN_PROPORSIONAL", "points=50,30,20; targets=4,4,12", "Sekda; Inspektorat; perangkat daerah terkait",
     "Format MTL Inspektorat"},
    {"7.4", "7", "Tindak Lanjut Pengaduan Masyarakat", "PROPORSIONAL", NULL, "Inspektorat",
     "Format MTL pengaduan"},
    {"7.5", "7", "Penguatan SDM dan Anggaran APIP", "INTEROPERABILITAS_SICUKUP", NULL, "Sekda; BKPSDM; Organisasi; BPKAD; Inspektorat",
     NULL},
    {"7.6", "7", "Tindak Lanjut Rencana Aksi SPI", "INTEROPERABILITAS_SPI", NULL, "Sekda; Inspektorat; seluruh perangkat daerah terkait",
     NULL},
}, facts_2025[] = {
    {"1", NULL, "Perencanaan", "AMBANG_NILAI", "target=100", NULL, NULL},
    {"2", NULL, "Penganggaran", "AMBANG_NILAI", "target=100", NULL, NULL},
    {"3", NULL, "Pengadaan Barang dan Jasa", "AMBANG_NILAI", "target=100", NULL, NULL},
    {"4", NULL, "Pelayanan Publik", "AMBANG_NILAI", "target=100", NULL, NULL},
    {"5", NULL, "Pengawasan APIP", "AMBANG_NILAI", "target=100", NULL, NULL},
    {"6", NULL, "Manajemen ASN", "AMBANG_NILAI", "target=100", NULL, NULL},
    {"7", NULL, "Pengelolaan BMD", "AMBANG_NILAI", "target=100", NULL, NULL},
    {"8", NULL, "Optimalisasi Pajak Daerah", "AMBANG_NILAI", "target=100", NULL, NULL},
};

/* ---- what is invented ---- */

/* Where each stands now: verified by area, what is reported above it, days the oldest file waits; `late` began in the last month. */
static const struct aim {
    const char *gov;
    int area[8];
    int gap, wait;
    bool late;
} aims[] = {
    {"36.03", {84, 79, 86, 81, 68, 88, 83, 80},  6,  5, false},
    {"36",    {78, 71, 82, 74, 61, 80, 77, 75},  9, 12, false},
    {"36.74", {76, 72, 84, 70, 59, 79, 74, 73},  9, 14, false},
    {"36.71", {75, 68, 83, 69, 50, 84, 71, 74}, 13, 19, false},
    {"36.72", {70, 64, 77, 66, 52, 72, 69, 67}, 10,  9, false},
    {"36.04", {63, 57, 69, 60, 44, 66, 61, 60}, 13, 17, false},
    {"36.02", {55, 48, 63, 49, 38, 52, 57, 50}, 15,  8, false},
    {"36.01", {61, 42, 58, 55, 31, 47, 52, 49}, 17, 26, false},
    {"36.73", {49, 38, 55, 46, 22, 58, 44, 45}, 31, 41, true},
};

static const char *const agency_of_area[] = {"5.01", "4.01", "2.18", "4.01", "5.02", "5.02", "6.01"};
/* clang-format on */

struct demo {
    struct app *app;
    struct arena *a;
    const struct score_demo *d;
    const struct score_draft *draft; /* of the year at hand */
    struct score_book book;
};

/* A number from 0 to n - 1 that looks like chance and never changes. */
static int64_t chance(const char *gov, const char *code, int64_t n)
{
    uint64_t h = UINT64_C(14695981039346656037); /* FNV-1a */

    for (; *gov != '\0'; gov++)
        h = (h ^ (unsigned char)*gov) * UINT64_C(1099511628211);
    for (h *= 31; *code != '\0'; code++)
        h = (h ^ (unsigned char)*code) * UINT64_C(1099511628211);
    return (int64_t)((h ^ h >> 29) % (uint64_t)n);
}

static int64_t clamp(int64_t v)
{
    return v < 0 ? 0 : v > 10000 ? 10000 : v;
}

/* How far a government is with a leaf in a month of so many: 1/100 point, verified and reported. */
struct level {
    int64_t verified, self;
};

static struct level level_of(const struct aim *aim, const char *code, size_t area, int month, int months)
{
    int64_t x = 100 * month / months, curve = (2 * x + x * x / 100) / 3;
    int64_t base = aim->area[area] * 100 + (chance(aim->gov, code, 25) - 12) * 60;
    struct level l;

    if (aim->late && month < months)
        curve = curve * 30 / 100;
    l.verified = clamp(base * curve / 100);
    l.self = clamp(l.verified + aim->gap * curve + chance(code, aim->gov, 7) * 10);
    return l;
}

/* ---- answers ---- */

static int64_t share(int64_t level, int64_t total)
{
    return (level * total + 5000) / 10000;
}

static const char *number(struct arena *a, int64_t v)
{
    return text_printf(a, "%lld", (long long)v);
}

/* "2.4,2.1,7" of the targets. */
static const char *parts_of(struct arena *a, const struct score_params *p, int64_t level)
{
    struct buf b;
    size_t i;

    buf_init(&b, a, 200);
    for (i = 0; i < p->n_points; i++)
        buf_printf(&b, "%s%s", i > 0 ? "," : "", decimal_exact(a, (int64_t)p->targets[i].num * level / 1000, 1));
    return b.s;
}

static const char *answer_of(struct demo *d, const struct score_node *node, const char *gov, int64_t level, int64_t total)
{
    switch (score_method_of(node->method)) {
    case SCORE_BINARY:
        return level > 1500 + chance(gov, node->code, 7000) ? "1" : "0";
    case SCORE_STEPS:
        return level > 7000 ? "complete" : level > 2500 ? "partly" : "none";
    case SCORE_DOCUMENTS:
    case SCORE_PART:
        return number(d->a, share(level, total));
    case SCORE_DOCUMENTS_PRO:
        return parts_of(d->a, &node->params, level);
    case SCORE_THRESHOLD:
        return decimal_exact(d->a, level, 2);
    case SCORE_NO_METHOD:
        break;
    }
    return NULL;
}

static int64_t total_of(const struct score_node *node, const char *gov)
{
    return node->params.total != INT_NONE ? node->params.total : 12 + chance(gov, node->code, 30);
}

/* Documents that are not there, and those that wait, where the method counts some. */
static void count(const struct score_node *node, struct level l, int64_t total, struct score_input *x)
{
    enum score_method m = score_method_of(node->method);

    x->missing = x->waiting = 0;
    if (m == SCORE_DOCUMENTS) {
        x->missing = total - share(l.self, total);
        x->waiting = share(l.self, total) - share(l.verified, total);
    } else if (m == SCORE_BINARY || m == SCORE_STEPS) {
        x->missing = text_eq(x->self, "0") || text_eq(x->self, "none") || text_eq(x->self, "partly");
        x->waiting = !text_eq(x->self, x->verified);
    }
}

static void fill_input(struct demo *d, const struct aim *aim, size_t place, int month, int months, struct score_input *x)
{
    const struct score_node *node = &d->book.nodes[place];
    size_t at = score_book_area(&d->book, place), area = (size_t)(d->book.nodes[at].code[0] - '1');
    struct level l = level_of(aim, node->code, area, month, months);
    int64_t total = total_of(node, aim->gov);

    x->self = answer_of(d, node, aim->gov, l.self, total);
    x->verified = answer_of(d, node, aim->gov, l.verified, total);
    x->pending = x->self;
    x->rehearsal = answer_of(d, node, aim->gov, (l.self + l.verified) / 2, total);
    x->total = node->params.total == INT_NONE && score_method_of(node->method) == SCORE_PART ? total : INT_NONE;
    count(node, l, total, x);
    x->waiting_since =
        x->waiting > 0 ? date_add_days(d->d->today, -(int)(1 + chance(aim->gov, node->code, aim->wait))) : DATE_NONE;
    x->due = x->missing > 0 ? date_add_days(d->d->today, (int)(3 + chance(node->code, aim->gov, 28))) : DATE_NONE;
    x->status.v = score_input_status(x);
}

/* ---- rows ---- */

/* All of a government's year: one work, since each would wait for the disk. */
struct batch {
    const struct actor_mark *mark;
    const struct score_year *year;
    const struct score_input *inputs;
    size_t n_inputs;
    const struct score_verdict *verdicts;
    const struct score_penalty *penalty; /* or NULL */
    size_t n_verdicts;
    struct score_result results[MONTHS];
    size_t n_results;
};

static int store_rows(struct tx *tx, const struct entity *entity, const void *rows, size_t n)
{
    struct record head;
    size_t i;
    int e = 0;

    for (i = 0; e == 0 && i < n; i++)
        e = row_insert(tx, entity, (const char *)rows + i * entity->size, &head);
    return e;
}

static int store_batch(struct tx *tx, void *arg)
{
    const struct batch *x = arg;
    struct record head;
    size_t i;
    int e;

    (void)actor_act(tx, x->mark);
    if (text_eq(x->year->status.v, "open"))
        e = workflow_begin(tx, &score_year_flow, x->year, &head);
    else
        e = row_insert(tx, &score_year_entity, x->year, &head);
    if (e == 0 && x->penalty != NULL && text_eq(x->penalty->status.v, "proposed"))
        e = workflow_begin(tx, &score_penalty_flow, x->penalty, &head);
    else if (e == 0 && x->penalty != NULL)
        e = row_insert(tx, &score_penalty_entity, x->penalty, &head);
    if (e == 0)
        e = store_rows(tx, &score_input_entity, x->inputs, x->n_inputs);
    if (e == 0)
        e = store_rows(tx, &score_verdict_entity, x->verdicts, x->n_verdicts);
    for (i = 0; e == 0 && i < x->n_results; i++)
        e = score_result_store(tx, &x->results[i], &head);
    return e;
}

static int64_t agency_of(const struct demo *d, int64_t gov, size_t area)
{
    return gov == d->d->city && area < ARRAY_LEN(agency_of_area) ? d->d->agency(d->d->arg, agency_of_area[area]) : 0;
}

/* The inputs as they stand in the last month. */
static struct score_input *inputs_of(struct demo *d, const struct score_year *year, const struct aim *aim, int months,
                                     size_t *ret_n)
{
    struct score_input *v = arena_array(d->a, d->book.n, struct score_input);
    size_t i, n = 0;

    for (i = 0; i < d->book.n; i++) {
        size_t area = score_book_area(&d->book, i);
        struct score_input *x = &v[n];

        if (!score_book_leaf(&d->book, i))
            continue;
        *x = (struct score_input){.head = {.gov = year->head.gov, .id = os_new_id(), .voided_at = INSTANT_NONE},
                                  .year = {year->head.id},
                                  .node = {d->book.rows[i].head.id},
                                  .code = d->book.rows[i].code,
                                  .title = d->book.rows[i].name,
                                  .area = score_area_name(d->a, d->book.rows[area].code, d->book.rows[area].name),
                                  .agency = {agency_of(d, year->head.gov, (size_t)(d->book.rows[area].code[0] - '1'))},
                                  .origin = {"example"}};
        fill_input(d, aim, i, months, months, x);
        n++;
    }
    *ret_n = n;
    return v;
}

/* Every figure opens into the verdict it follows from. */
static void make_verdicts(const struct demo *d, struct batch *b)
{
    struct score_verdict *v = arena_array(d->a, b->n_inputs + 1, struct score_verdict);
    size_t i;

    for (i = 0; i < b->n_inputs; i++)
        v[i] = (struct score_verdict){.head = {.gov = b->inputs[i].head.gov, .voided_at = INSTANT_NONE},
                                      .input = {b->inputs[i].head.id},
                                      .title = b->inputs[i].title,
                                      .verified = b->inputs[i].verified,
                                      .reason = "Contoh: diperiksa terhadap dokumen yang diserahkan.",
                                      .origin = {"example"}};
    b->verdicts = v;
    b->n_verdicts = b->n_inputs;
}

static int64_t penalty_of(const struct batch *b)
{
    return b->penalty != NULL ? score_penalty_sum(b->penalty, 1) : 0;
}

/* One that waits for a second person, in the city; one that counts, where the year began late. */
static void make_penalty(const struct demo *d, const struct aim *aim, bool city, struct batch *b)
{
    struct score_penalty *x = arena_new(d->a, struct score_penalty);

    if (!city && !aim->late)
        return;
    *x = (struct score_penalty){.head = {.gov = b->year->head.gov, .voided_at = INSTANT_NONE},
                                .year = {b->year->head.id},
                                .title =
                                    city ? "Dokumen yang sama dipakai pada dua indikator" : "Laporan dua triwulan terlambat",
                                .points = city ? "1" : "1,5",
                                .value = city ? 100 : 150,
                                .reason = "Contoh: penalti rekaan untuk memperlihatkan alurnya.",
                                .document = "Contoh: nota verifikasi tanpa nomor",
                                .status = {city ? "proposed" : "confirmed"},
                                .decided_on = city ? DATE_NONE : date_add_days(d->d->today, -9),
                                .origin = {"example"}};
    b->penalty = x;
}

/* A year that is over: its last snapshot counts. */
static void freeze(const struct demo *d, struct score_year *year, struct batch *b)
{
    struct score_snapshot *last = &b->results[b->n_results - 1].snapshot;

    last->head.id = os_new_id();
    year->snapshot.v = last->head.id;
    year->status.v = "frozen";
    year->frozen_on = date_add_days(d->draft->template.closes, 60);
}

/* What stood at the end of a month. */
static int make_snapshot(struct demo *d, const struct aim *aim, int month, int months, date as_of, struct batch *b)
{
    struct score_input *v = arena_array(d->a, b->n_inputs + 1, struct score_input);
    size_t i;

    for (i = 0; i < b->n_inputs; i++) {
        v[i] = b->inputs[i];
        if (month < months)
            fill_input(d, aim, score_book_place(&d->book, v[i].node.v), month, months, &v[i]);
    }
    return score_book_compute(d->a, &d->book, b->year, v, b->n_inputs, month == months ? penalty_of(b) : 0, as_of,
                              &b->results[b->n_results++]);
}

static const struct aim *aim_of(const char *code)
{
    size_t i;

    for (i = 0; i < ARRAY_LEN(aims); i++)
        if (text_eq(aims[i].gov, code))
            return &aims[i];
    return NULL;
}

static date month_end(int64_t year, int month, date today)
{
    date end = date_add_days(month == 12 ? date_of((int)year + 1, 1, 1) : date_of((int)year, month + 1, 1), -1);

    return end.v > today.v ? today : end;
}

static int add_gov(struct demo *d, const struct score_demo_gov *gov, int months, int each)
{
    const struct aim *aim = aim_of(gov->code);
    struct score_year *year = row_new(d->a, &score_year_entity, gov->id);
    struct batch *b = arena_new(d->a, struct batch);
    int month, e = 0;

    if (aim == NULL)
        return 0;
    year->head.id = os_new_id();
    year->template.v = d->draft->template.head.id;
    year->title = d->draft->template.name;
    year->status.v = "open";
    year->closes = d->draft->template.closes;
    year->origin.v = "example";
    b->mark = d->d->mark;
    b->year = year;
    b->inputs = inputs_of(d, year, aim, months, &b->n_inputs);
    make_verdicts(d, b);
    if (each == 1)
        make_penalty(d, aim, gov->id == d->d->city, b);
    for (month = each; e == 0 && month <= months; month += each)
        e = make_snapshot(d, aim, month, months, month_end(d->draft->template.year, month, d->d->today), b);
    if (e == 0 && each > 1)
        freeze(d, year, b);
    return e < 0 ? e : writer_do(d->app->writer, store_batch, b);
}

/* ---- templates ---- */

/* Behind those that are there; how many there are then. */
static size_t add_documents(struct arena *a, const struct fact *fact, const struct score_node_row *node,
                            struct score_requirement *to, size_t n)
{
    size_t n_parts, i;
    char **parts = text_split(a, fact->documents != NULL ? fact->documents : "", ';', &n_parts);

    for (i = 0; i < n_parts && n < 200; i++)
        to[n++] = (struct score_requirement){.head = {.id = os_new_id(), .voided_at = INSTANT_NONE},
                                             .node = {node->head.id},
                                             .number = (int64_t)i + 1,
                                             .title = text_trim(a, parts[i]),
                                             .source = node->source,
                                             .origin = {"source"}};
    return n;
}

static void make_draft(struct arena *a, const struct fact *facts, size_t n, struct score_template *t, const char *source,
                       struct score_draft *ret)
{
    size_t i, k, documents = 0;

    t->head = (struct record){.id = os_new_id(), .voided_at = INSTANT_NONE};
    *ret = (struct score_draft){.template = *t,
                                .nodes = arena_array(a, n, struct score_node_row),
                                .n_nodes = n,
                                .documents = arena_array(a, 200, struct score_requirement)};
    for (i = 0; i < n; i++) {
        ret->nodes[i] = (struct score_node_row){.head = {.id = os_new_id(), .voided_at = INSTANT_NONE},
                                                .template = {t->head.id},
                                                .place = (int64_t)i + 1,
                                                .code = facts[i].code,
                                                .name = facts[i].name,
                                                .weight = INT_NONE,
                                                .method = facts[i].method,
                                                .params = facts[i].params,
                                                .owners = facts[i].owners,
                                                .source = source,
                                                .origin = {"source"}};
        for (k = 0; facts[i].parent != NULL && k < i; k++)
            if (text_eq(facts[k].code, facts[i].parent))
                ret->nodes[i].parent.v = ret->nodes[k].head.id;
        documents = add_documents(a, &facts[i], &ret->nodes[i], ret->documents, documents);
    }
    ret->n_documents = documents;
}

static int add_template(struct demo *d, const struct fact *facts, size_t n, struct score_template *t, const char *source)
{
    struct score_draft *draft = arena_new(d->a, struct score_draft);
    struct score_fault faults[SCORE_FAULTS_MAX];
    size_t n_faults;
    int e;

    make_draft(d->a, facts, n, t, source, draft);
    d->draft = draft;
    e = score_book_make(d->a, draft->nodes, draft->n_nodes, &d->book, faults, &n_faults);
    return e < 0 ? e : score_import_store(d->app, draft, d->d->mark);
}

static int months_until(int64_t year, date today)
{
    struct civil c = date_civil(today);

    return c.year > year ? 12 : c.year < year ? 1 : c.month;
}

static int add_year(struct demo *d, int months, int each)
{
    size_t i;
    int e = 0;

    for (i = 0; e == 0 && i < d->d->n_govs; i++)
        e = add_gov(d, &d->d->govs[i], months, each);
    return e;
}

int score_demo(struct app *app, struct arena *a, const struct score_demo *d)
{
    struct demo demo = {.app = app, .a = a, .d = d};
    struct score_template t25, t26;
    int e;

    if (score_template_of(a, "2025.1", SOURCE_2025, &t25) < 0 || score_template_of(a, "2026.1", SOURCE_2026, &t26) < 0)
        return E_INPUT;
    t25.status.v = "closed";
    t25.target = t26.target = 85;
    t25.closes = date_of(2025, 11, 30);
    t26.status.v = "open";
    t26.closes = date_of(2026, 12, 31);
    t25.note = "Nama area dari sumber. Cara menilai dan batas waktu contoh; bobot sama.";
    t26.note = "Nama, cara menilai, dan jumlah dokumen dari sumber. Ukuran lain, target, dan batas waktu contoh; bobot sama.";
    e = add_template(&demo, facts_2025, ARRAY_LEN(facts_2025), &t25, SOURCE_2025);
    if (e == 0)
        e = add_year(&demo, 12, 6);
    if (e == 0)
        e = add_template(&demo, facts_2026, ARRAY_LEN(facts_2026), &t26, SOURCE_2026);
    return e < 0 ? e : add_year(&demo, months_until(2026, d->today), 1);
}
