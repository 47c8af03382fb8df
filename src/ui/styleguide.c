/*
 * styleguide.c: one function a section, each showing parts with invented content.
 *
 * Headings and explanations are translated; the samples are Indonesian in both languages and say so (lang="id"), because
 * they stand for what users type. Keep it complete: a part that is not here is not seen by the browser tests.
 */
#include "base/date.h"
#include "ui/layout.h"
#include "ui/styleguide.h"

/* ---- colour and type ---- */

static const char *const swatches[] = {
    "ink", "ink-2", "paper", "paper-2", "paper-3", "line", "edge", "accent", "accent-2", "bad", "warn", "info", "good",
};

static void show_colours(struct req *r)
{
    html(r, "<ul class=\"sws\" role=\"list\">");
    for (size_t i = 0; i < ARRAY_LEN(swatches); i++)
        html(r,
             "<li><svg viewBox=\"0 0 40 40\" aria-hidden=\"true\"><rect class=\"sw-%s\" width=\"40\" height=\"40\"/></svg>"
             "<code>%s</code></li>",
             swatches[i], swatches[i]);
    html(r, "</ul>\n");
}

static void show_type(struct req *r)
{
    html(r, "<div class=\"stack\"><p class=\"h1\">%s</p><p class=\"h5\">%s</p><p class=\"h2\">%s</p>",
         "Judul halaman, 26–34 px", "Judul ruang kerja, 24 px", "Judul bagian, 19 px");
    html(r, "<p>%s <span class=\"num\">%s</span></p><p class=\"small\">%s</p></div>\n",
         "Isi, 16 px. Angka rata:", "1.234.567,00", "Keterangan, 13 px. Tidak ada yang lebih kecil.");
}

/* ---- buttons ---- */

static void show_buttons(struct req *r)
{
    static const struct ui_button buttons[] = {
        {.label = "Teruskan ke tim teknis", .href = "#", .look = BUTTON_FIRST},
        {.label = "Kembalikan untuk dilengkapi", .href = "#"},
        {.label = "Cabut izin", .href = "#", .look = BUTTON_BAD},
        {.label = "Ya, cabut izin", .href = "#", .look = BUTTON_BAD_FIRST},
        {.label = "Batalkan", .href = "#", .look = BUTTON_PLAIN},
        {.label = "Cetak", .href = "#", .icon = ICON_PRINT},
        {.label = "Hapus", .sr = "denah-lokasi.pdf", .href = "#", .look = BUTTON_PLAIN},
    };
    static const struct ui_button locked = {.label = "Kunci", .blocked = "6 pokok belum dibahas"};
    static const struct ui_menu_item rare[] = {{"Alihkan petugas", "#"}, {"Usulkan penolakan", "#"}};

    ui_buttons(r, buttons, ARRAY_LEN(buttons));
    ui_acts_begin(r);
    ui_button(r, &locked);
    ui_menu(r, "Lainnya", ICON_NONE, rare, ARRAY_LEN(rare));
    ui_menu(r, "Unduh", ICON_DOWNLOAD, rare, ARRAY_LEN(rare));
    ui_acts_end(r);
}

static void show_icons(struct req *r)
{
    html(r, "<p class=\"row\">");
    for (int i = ICON_NONE + 1; i < ICON_COUNT; i++)
        ui_icon(r, (enum icon)i);
    html(r, "</p>\n");
}

/* ---- forms ---- */

static const struct ui_choice lands[] = {
    {"own", "Milik sendiri", NULL},
    {"rent", "Sewa atau pinjam", "Siapkan perjanjian dan KTP pemilik pada langkah berikutnya"},
};
static const struct ui_choice places[] = {
    {"1005", "Cikokol", NULL},
    {"1007", "Sukasari", NULL},
    {"1008", "Babakan", NULL},
};
static const char *const chosen_places[] = {"1005", "1008"};

/* clang-format off */
static const struct ui_field sample_fields[] = {
    {.type = CONTROL_TEXT, .name = "s-no", .label = "Nomor resi", .hint = "Ada pada tanda terima", .value = "TRG-260902-00417-3", .size = UI_SIZE_M},
    {.type = CONTROL_NUMBER, .name = "s-width", .label = "Lebar", .unit = "m", .value = "empat",
     .error = "Tulis lebar dalam meter dengan angka, misalnya 4,5"},
    {.type = CONTROL_MONEY, .name = "s-cost", .label = "Perkiraan biaya", .optional = true, .value = "48.500.000"},
    {.type = CONTROL_DATE, .name = "s-start", .label = "Tanggal mulai dipasang", .hint = "Tanggal-bulan-tahun, misalnya 5-10-2026",
     .value = "1-9-2026", .error = "Tanggal mulai harus setelah hari ini, 14 September 2026"},
    {.type = CONTROL_TEXT, .name = "s-fixed", .label = "Nomor keputusan", .hint = "Terkunci sejak 12 Januari 2026",
     .value = "700/Kep.214-Inspektorat/2026", .readonly = true, .size = UI_SIZE_M},
    {.type = CONTROL_SELECT, .name = "s-place", .label = "Kelurahan", .choose = "Pilih kelurahan", .options = places, .n_options = ARRAY_LEN(places),
     .error = "Pilih kelurahan tempat reklame dipasang"},
    {.type = CONTROL_SELECT, .name = "s-place2", .label = "Kelurahan pemilik", .options = places, .n_options = ARRAY_LEN(places), .value = "1007"},
    {.type = CONTROL_RADIO, .name = "s-land", .label = "Status tanah", .options = lands, .n_options = ARRAY_LEN(lands), .value = "rent"},
    {.type = CONTROL_RADIO, .name = "s-land2", .label = "Status bangunan", .options = lands, .n_options = ARRAY_LEN(lands),
     .error = "Pilih status bangunan"},
    {.type = CONTROL_CHECKS, .name = "s-areas", .label = "Wilayah", .options = places, .n_options = ARRAY_LEN(places),
     .chosen = chosen_places, .n_chosen = ARRAY_LEN(chosen_places)},
    {.type = CONTROL_LONG, .name = "s-text", .label = "Teks pada reklame", .optional = true, .value = "Toko Buku Cisadane\nbuka setiap hari"},
    {.type = CONTROL_FILE, .name = "s-file", .label = "Gambar titik lokasi", .hint = "PDF, JPG, atau PNG. Paling besar 10 MB",
     .error = "Berkas 14 MB, paling besar 10 MB", .accept = ".pdf,.jpg,.jpeg,.png"},
    {.type = CONTROL_TEXT, .name = "s-login", .label = "Nama pengguna", .autocomplete = "username", .value = "sari.wulandari"},
    {.type = CONTROL_PASSWORD, .name = "s-secret", .label = "Kata sandi", .autocomplete = "new-password", .value = "tidak tampil"},
    {.type = CONTROL_CHECK, .name = "s-true", .label = "Saya menyatakan data ini benar"},
    {.type = CONTROL_CHECK, .name = "s-agree", .label = "Saya memahami biayanya", .error = "Centang pernyataan ini untuk melanjutkan"},
};
/* clang-format on */

static void show_fields(struct req *r)
{
    ui_form_begin(r, NULL, "#", FORM_GET);
    for (size_t i = 0; i < ARRAY_LEN(sample_fields); i++)
        ui_field(r, &sample_fields[i]);
    ui_pair_begin(r);
    ui_field(r, &(struct ui_field){.type = CONTROL_EMAIL, .name = "s-mail", .label = "Surel"});
    ui_field(r, &(struct ui_field){.type = CONTROL_PHONE, .name = "s-phone", .label = "Nomor telepon"});
    ui_pair_end(r);
    ui_form_end(r);
}

static void show_errors(struct req *r)
{
    static const struct ui_error errors[] = {
        {"s-width", "Tulis lebar dalam meter dengan angka, misalnya 4,5"},
        {"s-place", "Pilih kelurahan tempat reklame dipasang"},
        {NULL, "Tahap ditutup 18 September 2026. Ajukan pembukaan kembali kepada Sekda."},
    };

    ui_errors(r, errors, ARRAY_LEN(errors));
}

/* ---- states ---- */

static void show_tags(struct req *r)
{
    html(r, "<p class=\"row\">");
    ui_tag(r, TONE_NONE, ICON_NONE, "Draf");
    ui_tag(r, TONE_INFO, ICON_OF_TONE, "Pemeriksaan");
    ui_tag(r, TONE_WARN, ICON_OF_TONE, "Dikembalikan");
    ui_tag(r, TONE_GOOD, ICON_OF_TONE, "Diterima");
    ui_tag(r, TONE_BAD, ICON_CROSS, "Ditolak");
    ui_tag(r, TONE_NONE, ICON_PAUSE, "Waktu berhenti");
    ui_tag(r, TONE_NONE, ICON_LINK, "Data langsung");
    html(r, "</p>\n");
}

static void show_bands(struct req *r)
{
    static const int64_t scores[] = {1800, 4250, 7160, 8840};

    html(r, "<p class=\"row\">");
    for (int i = 0; i < 4; i++)
        ui_band(r, i + 1, scores[i], false);
    ui_band(r, 3, INT_NONE, false);
    html(r, "</p>\n<div class=\"read stack\">");
    ui_twin(r, TONE_INFO, 8510, 7160, 8500);
    ui_twin(r, TONE_BAD, 6000, 2200, 8500);
    ui_twin(r, TONE_GOOD, 9600, 9100, 8500);
    ui_twin(r, TONE_NONE, INT_NONE, 4000, INT_NONE);
    html(r, "</div>\n");
}

static void show_clocks(struct req *r)
{
    const struct ui_clock clocks[] = {
        {.used = 8, .total = 12, .state = CLOCK_RUNNING, .due = date_of(2026, 9, 18)},
        {.used = 4, .total = 12, .state = CLOCK_STOPPED, .since = date_of(2026, 9, 9), .due = DATE_NONE},
        {.used = 11, .total = 12, .state = CLOCK_RUNNING, .due = date_of(2026, 9, 15)},
        {.used = 13, .total = 12, .state = CLOCK_LATE, .due = date_of(2026, 9, 11)},
        {.used = 0, .total = 12, .state = CLOCK_WAITING, .due = DATE_NONE},
        {.used = 9, .total = 12, .state = CLOCK_DONE, .due = date_of(2026, 9, 18)},
        {.used = 20, .total = 60, .state = CLOCK_RUNNING, .due = date_of(2026, 11, 20)},
        {.used = 8, .total = 12, .state = CLOCK_RUNNING, .due = date_of(2026, 9, 18), .brief = true},
        {.used = 14, .total = 12, .state = CLOCK_LATE, .due = date_of(2026, 9, 11), .brief = true},
        {.used = 4, .total = 12, .state = CLOCK_STOPPED, .since = date_of(2026, 9, 9), .due = DATE_NONE, .brief = true},
    };

    html(r, "<div class=\"stack\">");
    for (size_t i = 0; i < ARRAY_LEN(clocks); i++) {
        html(r, "<p>");
        ui_clock(r, &clocks[i]);
        html(r, "</p>\n");
    }
    html(r, "</div>\n");
}

static void show_notes(struct req *r)
{
    ui_note(r, TONE_NONE, NULL, "Layanan ini gratis.");
    ui_note(r, TONE_WARN, NULL, "Tahap ditutup Jumat, 18 September 2026.");
    ui_note(r, TONE_BAD, "RKA belum dapat diajukan.", "1 baris melebihi harga standar.");
    ui_note(r, TONE_GOOD, NULL, "Permohonan Anda sudah terkirim.");
}

static void show_facts(struct req *r)
{
    static const struct ui_figure figures[] = {
        {.label = "Tepat waktu", .number = "94,1 %", .context = "1.208 dari 1.284", .href = "#"},
        {.label = "Sisa pagu", .number = "Rp600.000"},
        {.label = "Jika harga 875.000 disimpan", .number = "−Rp2.400.000", .context = "melebihi pagu", .tone = TONE_BAD},
    };

    ui_figures(r, figures, ARRAY_LEN(figures));
    ui_facts_begin(r, true);
    ui_fact(r, "Lokasi", "Kelurahan Cikokol (36.71.01.1005)");
    ui_fact_num(r, "Biaya", "Rp48.500.000,00");
    ui_fact(r, "Penerima kuasa", NULL);
    ui_facts_end(r);
}

/* ---- tables ---- */

static const struct ui_column plan_columns[] = {
    {.label = "Pilih", .hidden = true},
    {.label = "Sub kegiatan", .head = true, .sort = UI_SORT_UP, .sort_href = "?urut=-nama"},
    {.label = "Pagu", .num = true, .sort = UI_SORT_NONE, .sort_href = "?urut=pagu"},
    {.label = "Tersimpan", .num = true},
    {.label = "Keadaan"},
};
static const struct ui_table plan_table = {
    .caption = "Contoh tabel, rupiah", .columns = plan_columns, .n = ARRAY_LEN(plan_columns), .fold = true};

static void plan_row(struct req *r, const char *name, int64_t ceiling, int64_t stored)
{
    bool over = stored > ceiling;

    ui_row_begin(r, over);
    ui_cell_tick(r, "id", name, name);
    ui_cell_link(r, &plan_table, 1, name, "#");
    ui_cell(r, &plan_table, 2, say_amount(r, (money){ceiling * 100}));
    ui_cell_begin(r, &plan_table, 3);
    ui_money(r, (money){(over ? ceiling - stored : stored) * 100});
    ui_cell_end(r, &plan_table, 3);
    ui_cell_begin(r, &plan_table, 4);
    ui_tag(r, over ? TONE_BAD : TONE_GOOD, ICON_OF_TONE, over ? "Melebihi pagu" : "Dalam pagu");
    ui_cell_end(r, &plan_table, 4);
    ui_row_end(r);
}

static void show_list(struct req *r)
{
    static const struct ui_tab tabs[] = {
        {.label = "Semua", .href = "?", .count = 9, .here = true},
        {.label = "Lewat waktu", .href = "?tab=lewat", .count = 1, .tone = TONE_BAD},
        {.label = "Catatan", .href = "?tab=catatan", .count = -1},
    };
    static const struct ui_chip chips[] = {{"Kecamatan: Tangerang", "?"}, {"Aktif", "?k=1"}};
    static const struct ui_button bulk[] = {{.label = "Alihkan petugas", .name = "a", .value = "alih"}};

    ui_tabs(r, "Contoh tab", tabs, ARRAY_LEN(tabs));
    ui_filter_begin(r, "/styleguide", "Contoh saringan");
    ui_filter_field(r,
                    &(struct ui_field){.type = CONTROL_SEARCH, .name = "q", .label = "Cari", .placeholder = "Nomor atau nama"});
    ui_filter_field(r, &(struct ui_field){.type = CONTROL_SELECT,
                                          .name = "k",
                                          .label = "Kelurahan",
                                          .choose = "Semua",
                                          .options = places,
                                          .n_options = ARRAY_LEN(places),
                                          .value = "1007"});
    ui_filter_end(r);
    ui_chips(r, chips, ARRAY_LEN(chips));
    html(r, "<form action=\"#\" method=\"post\">");
    ui_bulk(r, bulk, ARRAY_LEN(bulk));
    ui_table_begin(r, &plan_table);
    ui_row_group(r, &plan_table, "Drainase");
    plan_row(r, "Pembangunan sistem drainase lingkungan", 112000000, 111400000);
    plan_row(r, "Operasi dan pemeliharaan sistem drainase", 84500000, 86100000);
    ui_table_foot(r);
    ui_row_begin(r, false);
    ui_cell(r, &plan_table, 0, NULL);
    ui_cell(r, &plan_table, 1, "Jumlah");
    ui_cell(r, &plan_table, 2, "196.500.000");
    ui_cell(r, &plan_table, 3, "197.500.000");
    ui_cell(r, &plan_table, 4, NULL);
    ui_row_end(r);
    ui_table_foot_end(r, &plan_table);
    html(r, "</form>\n");
    ui_pager(r,
             &(struct ui_pager){.from = 1, .to = 10, .total = 128, .order = "paling mendesak di atas", .next = "?sesudah=x"});
}

static const struct ui_column tree_columns[] = {
    {.label = "Kode", .nowrap = true},      {.label = "Uraian", .head = true}, {.label = "Koefisien", .num = true},
    {.label = "Harga satuan", .num = true}, {.label = "Jumlah", .num = true},
};
static const struct ui_table tree_table = {
    .caption = "Rincian belanja, rupiah", .columns = tree_columns, .n = ARRAY_LEN(tree_columns), .tree = true};

static void show_tree(struct req *r)
{
    static const struct {
        int level;
        const char *code, *name, *sum;
    } upper[] = {
        {1, "1.03", "Urusan bidang pekerjaan umum", "684.215.400.000"},
        {2, "1.03.06", "Program pengelolaan sistem drainase", "41.880.250.000"},
        {3, "1.03.06.2.01.0012", "Pembangunan sistem drainase lingkungan", "111.400.000"},
        {4, "5.2.04.02.07.0001", "Belanja modal bangunan pembawa air kotor", "110.000.000"},
    };

    ui_table_begin(r, &tree_table);
    for (size_t i = 0; i < ARRAY_LEN(upper); i++) {
        ui_tree_row_begin(r, upper[i].level, false);
        ui_cell(r, &tree_table, 0, upper[i].code);
        ui_cell_span_begin(r, 3);
        html(r, "<a href=\"#\">%s</a>", upper[i].name);
        ui_cell_span_end(r);
        ui_cell(r, &tree_table, 4, upper[i].sum);
        ui_row_end(r);
    }
    ui_tree_row_begin(r, 5, true);
    ui_cell(r, &tree_table, 0, "U-40");
    ui_cell_begin(r, &tree_table, 1);
    html(r, "%s", "U-ditch 40×40 terpasang");
    ui_sub(r, "HSPK 2027, DPUPR");
    ui_cell_end(r, &tree_table, 1);
    ui_cell(r, &tree_table, 2, "120 m");
    ui_cell(r, &tree_table, 3, "850.000");
    ui_cell(r, &tree_table, 4, "102.000.000");
    ui_row_end(r);
    ui_table_end(r, &tree_table);
}

static void show_heat(struct req *r)
{
    static const struct ui_column columns[] = {
        {.label = "Pemerintah daerah", .head = true},
        {.label = "Nilai", .sort = UI_SORT_DOWN, .sort_href = "?urut=nilai"},
        {.label = "Perencanaan"},
        {.label = "Pengadaan"},
        {.label = "Pelayanan"},
        {.label = "Aset"},
    };
    static const struct ui_table t = {
        .caption = "Nilai per area", .columns = columns, .n = ARRAY_LEN(columns), .heat = true, .pin = true};
    static const char *const values[] = {"84", "68", "46", "22"};

    ui_table_begin(r, &t);
    ui_row_begin(r, false);
    ui_cell_link(r, &t, 0, "Kota Tangerang", "#");
    ui_cell_begin(r, &t, 1);
    ui_band(r, 3, 7160, true);
    ui_cell_end(r, &t, 1);
    for (int i = 0; i < 4; i++)
        ui_heat_cell(r, band_tone(4 - i), values[i], i == 3 ? NULL : "#");
    ui_row_end(r);
    ui_table_end(r, &t);
}

static void show_rows(struct req *r)
{
    static const char *const facts[] = {"TRG-260826-00389-0", "Reklame · CV Laris Jaya Abadi"};
    static const struct ui_row_item task = {
        .title = "Putuskan rekomendasi teknis", .href = "#", .facts = facts, .n_facts = ARRAY_LEN(facts)};
    static const struct ui_row_item service = {
        .title = "Izin reklame di bawah 24 m²", .href = "#", .text = "Memasang papan, neon, atau layar reklame baru."};

    ui_rows_begin(r);
    ui_row_item_begin(r, &task);
    html(r, "<span>%s</span>", "Perizinan");
    ui_clock(r, &(struct ui_clock){.used = 13, .total = 12, .state = CLOCK_LATE, .due = date_of(2026, 9, 11), .brief = true});
    ui_row_item_end(r);
    ui_row_item_begin(r, &service);
    html(r, "<span class=\"nowrap\">%s</span>", "12 hari kerja");
    ui_row_item_end(r);
    ui_rows_end(r);
}

/* ---- course of things ---- */

static void show_course(struct req *r)
{
    static const struct ui_trail_item trail[] = {
        {.what = "Tanda tangan", .when = "paling lambat 18 September", .state = TRAIL_TODO},
        {.what = "Peninjauan", .when = "15 September", .state = TRAIL_NOW},
        {.what = "Lengkap", .when = "2 September", .text = "Bank garansi berlaku lebih pendek dari izin."},
    };
    static const struct ui_step steps[] = {
        {.label = "Pemohon", .href = "#", .done = true}, {.label = "Lokasi", .here = true}, {.label = "Kirim"}};
    static const struct ui_chain_item chain[] = {
        {.label = "Usulan", .text = "P-2026-000417", .href = "#"},
        {.label = "RKPD", .text = "2027", .href = "#"},
        {.label = "RKA 2027", .text = "draf 3", .state = TRAIL_NOW},
        {.label = "APBD", .text = "belum", .state = TRAIL_TODO},
    };

    html(r, "<div class=\"cols\">");
    ui_trail(r, trail, ARRAY_LEN(trail));
    ui_steps(r, steps, ARRAY_LEN(steps));
    html(r, "</div>\n");
    ui_chain(r, chain, ARRAY_LEN(chain));
}

static void show_proof(struct req *r)
{
    static const struct ui_verdict verdicts[] = {
        {TONE_GOOD, "Masih berlaku hari ini", "Sampai 18 Agustus 2031."},
        {TONE_INFO, "Tercatat, tetapi belum disaksikan pihak luar", "Simpan buktinya."},
        {TONE_BAD, "Dokumen asli, tetapi sudah dicabut", NULL},
    };
    const instant at = instant_at(date_of(2026, 9, 14), 9 * 60 + 14, r->zone_minutes);

    ui_verdicts(r, verdicts, ARRAY_LEN(verdicts));
    ui_proof(r, &(struct ui_proof){.entry = 1204388, .at = at, .href = "#"});
    ui_proof(r, &(struct ui_proof){.entry = 1203977, .at = at, .witnesses = "Provinsi Banten dan KPK", .href = "#"});
    if (ui_qr(r, "https://terang.example/v/K7Q2M9XD4TBWZ3HA", "Kode QR ke halaman pemeriksaan") == 0)
        html(r, "\n");
}

/* ---- charts ---- */

static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agt", "Sep", "Okt", "Nov", "Des"};
static const int64_t verified[] = {0, 600, 1400, 1900, 3100, 4200, 5000, 6380, 7160};
static const int64_t reported[] = {400, 1100, 2200, 3100, 3800, 5200, 6100, 7400, 8510};
static const struct ui_series scores[] = {
    {.label = "terverifikasi", .v = verified, .n = ARRAY_LEN(verified)},
    {.label = "dilaporkan", .v = reported, .n = ARRAY_LEN(reported), .second = true},
};

static void show_charts(struct req *r)
{
    struct ui_chart c = {.id = "sc",
                         .title = "Nilai dilaporkan dan terverifikasi, Januari sampai September 2026",
                         .ticks = months,
                         .n_ticks = ARRAY_LEN(months),
                         .goal = 8500,
                         .series = scores,
                         .n_series = ARRAY_LEN(scores)};

    ui_chart(r, &c);
    ui_multi_begin(r);
    c.title = "Kota Tangerang";
    ui_chart_small(r, &c, "#", "71,6");
    c.title = "Provinsi Banten";
    ui_chart_small(r, &c, NULL, "74,7");
    ui_multi_end(r);
}

/* ---- states of a page ---- */

static void show_states(struct req *r)
{
    static const struct state_difference differences[] = {
        {"h", "Harga satuan", "845.000", "84500000", "850.000", "85000000", false},
        {"v", "Volume", "118 m", "118", "120 m", "120", true},
    };
    static const struct ui_button choose = {.label = "Pilih layanan", .href = "#"};

    state_empty(r, "Belum ada permohonan", "Permohonan yang Anda kirim akan tampil di sini.", &choose);
    state_filtered(r, &(struct state_filtered){"reklame, Kecamatan Benda, lewat waktu", "saringan kecamatan", 3, "?", "?"});
    state_two_editors(r, "Bayu Nugroho", "pukul 10.38 WIB", differences, ARRAY_LEN(differences));
    ui_more_begin(r, "Bagaimana tanggal ini dihitung");
    html(r, "<p>%s</p>", "Hari pertama adalah hari kerja berikutnya.");
    ui_more_end(r);
}

/* ---- the page ---- */

static const struct {
    const char *id;
    const char *title; /* keys */
    const char *text;
    void (*show)(struct req *r);
} sections[] = {
    /* clang-format off */
    {"warna",   "styleguide.colours", "styleguide.colours-why", show_colours},
    {"huruf",   "styleguide.type",    "styleguide.type-why",    show_type},
    {"tombol",  "styleguide.buttons", "styleguide.buttons-why", show_buttons},
    {"tanda",   "styleguide.icons",   "styleguide.icons-why",   show_icons},
    {"isian",   "styleguide.fields",  "styleguide.fields-why",  show_fields},
    {"salah",   "styleguide.errors",  "styleguide.errors-why",  show_errors},
    {"keadaan", "styleguide.tags",    "styleguide.tags-why",    show_tags},
    {"pita",    "styleguide.bands",   "styleguide.bands-why",   show_bands},
    {"jam",     "styleguide.clock",   "styleguide.clock-why",   show_clocks},
    {"catatan", "styleguide.notes",   "styleguide.notes-why",   show_notes},
    {"fakta",   "styleguide.facts",   "styleguide.facts-why",   show_facts},
    {"daftar",  "styleguide.list",    "styleguide.list-why",    show_list},
    {"pohon",   "styleguide.tree",    "styleguide.tree-why",    show_tree},
    {"panas",   "styleguide.heat",    "styleguide.heat-why",    show_heat},
    {"baris",   "styleguide.rows",    "styleguide.rows-why",    show_rows},
    {"alur",    "styleguide.course",  "styleguide.course-why",  show_course},
    {"bukti",   "styleguide.proof",   "styleguide.proof-why",   show_proof},
    {"grafik",  "styleguide.charts",  "styleguide.charts-why",  show_charts},
    {"halaman", "styleguide.states",  "styleguide.states-why",  show_states},
    /* clang-format on */
};

static const struct page_letter sample_letter = {.name = "PEMERINTAH KOTA TANGERANG",
                                                 .address = "Jalan Satria Sudirman Nomor 1, Sukaasih, Tangerang 15111"};
static const struct page_gov sample_gov = {.name = "Kota Tangerang",
                                           .home = "/kota-tangerang",
                                           .motto = "Layanan, anggaran, dan capaian",
                                           .full = "Pemerintah Kota Tangerang",
                                           .letter = &sample_letter};

static void contents(struct req *r)
{
    html(r, "<aside><nav aria-label=\"%s\"><ul class=\"toc\" role=\"list\">", T(r, "styleguide.contents"));
    for (size_t i = 0; i < ARRAY_LEN(sections); i++)
        html(r, "<li><a href=\"%s\">%s</a></li>", url(r, "#%s", sections[i].id), T(r, sections[i].title));
    html(r, "</ul></nav></aside>\n");
}

void ui_styleguide(struct req *r, const char *other_lang)
{
    const struct page page = {.shell = SHELL_PUBLIC,
                              .title = T(r, "styleguide.title"),
                              .gov = &sample_gov,
                              .other_lang = other_lang,
                              .login = "/masuk",
                              .demo = true,
                              .styleguide = true};

    page_begin(r, &page);
    html(r, "<div class=\"split left\">");
    contents(r);
    html(r, "<div class=\"stack\"><h1>%s</h1><p class=\"row\">", T(r, "styleguide.title"));
    ui_wordmark(r);
    html(r, "</p>\n");
    for (size_t i = 0; i < ARRAY_LEN(sections); i++) {
        ui_section_begin(r, sections[i].id, T(r, sections[i].title));
        html(r, "<p class=\"mute read\">%s</p>\n<div class=\"stack\" lang=\"id\">\n", T(r, sections[i].text));
        sections[i].show(r);
        html(r, "</div>\n");
        ui_section_end(r);
    }
    html(r, "</div></div>\n");
    page_end(r, &page);
}
