/*
 * help.c: which words explain a page, and where the guide does: found by the path of its route, the same for every screen.
 *
 * "/kerja/{gov}/pengguna/{id}" is "help.kerja-pengguna-id"; "/{id}/ubah" of any screen is "help.screen-id-ubah", where %s
 * stands for what the screen lists. Not for: how it looks (ui/layout.h).
 */
#include "engine/help.h"

#include "base/text.h"
#include "engine/screen.h"
#include "engine/web.h"
#include "ui/lang.h"

#define KEY_MAX ((size_t)1 * KB)

/* The parts of a path joined by "-": without braces, without the government of the workspace. */
static const char *key_of(struct arena *a, const char *prefix, const char *path)
{
    struct buf b;
    char **parts;
    size_t n, i;

    parts = text_split(a, path, '/', &n);
    buf_init(&b, a, KEY_MAX);
    buf_add(&b, prefix);
    for (i = 0; i < n; i++) {
        size_t length = strlen(parts[i]);
        bool named = parts[i][0] == '{';

        if (length == 0 || text_eq(parts[i], "-") || (i > 1 && text_eq(parts[i], "{gov}")))
            continue;
        if (b.n > 0 && b.s[b.n - 1] != '.')
            buf_byte(&b, '-');
        buf_add_n(&b, parts[i] + named, length - 2 * (size_t)named);
    }
    return b.s;
}

static const char *of_screen(struct req *r)
{
    const struct screen *s = r->route->screen;
    const char *rest = strstr(r->route->path, s->slug);
    const char *key;

    rest = rest != NULL ? rest + strlen(s->slug) : "";
    key = rest[0] == '\0' ? "help.screen-list" : text_eq(rest, "/{id}") ? "help.screen-record" : NULL;
    if (key == NULL)
        key = key_of(r->arena, "help.screen", rest);
    return lang_text(r->lang, key) != NULL ? T1(r, key, label_inside(r, label_many(r, s->entity))) : NULL;
}

const char *help_about(struct req *r)
{
    if (r->route == NULL)
        return NULL;
    if (r->route->screen != NULL)
        return of_screen(r);
    return lang_text(r->lang, text_eq(r->route->path, "/") ? "help.home" : key_of(r->arena, "help.", r->route->path));
}

/* ---- the guide ---- */

struct place {
    const char *path;  /* of a route, or its beginning; of a screen: what follows its name */
    const char *where; /* a test asks whether it is there */
};

/* clang-format off */
#define CITIZEN    GUIDE_PATH "/warga"
#define STAFF      GUIDE_PATH "/pegawai"
#define SUPERVISOR GUIDE_PATH "/pengawas"
#define OPERATOR   GUIDE_PATH "/operator"

/* The first row that fits. */
static const struct place places[] = {
    {"/kerja/{gov}/tugas",        STAFF "#tugas-saya"},
    {"/kerja/{gov}/cari-nik",     STAFF "#data-pribadi"},
    {"/kerja/{gov}/cari",         STAFF "#mencari-dan-menyaring"},
    {"/kerja/{gov}/pekerjaan",    STAFF "#pekerjaan-latar"},
    {"/kerja/{gov}/rapor",        STAFF "#rapor"},
    {"/kerja/{gov}/ukuran",       STAFF "#rapor"},
    {"/kerja/{gov}/rapat",        SUPERVISOR "#reviu-dan-berita-acara"},
    {"/kerja/{gov}/pengaturan",   OPERATOR "#lambang-dan-kop-surat"},
    {"/kerja/{gov}/kalender",     STAFF "#kalender-kerja"},
    {"/kerja/{gov}/tenggat-bergeser", STAFF "#kalender-kerja"},
    {"/kerja/{gov}/pengguna/{id}/pengganti", OPERATOR "#pengganti-bagi-yang-berhalangan"},
    {"/kerja/{gov}/pengguna",     OPERATOR "#pengguna-dan-peran"},
    {"/kerja/{gov}/akses",        OPERATOR "#siapa-boleh-apa"},
    {"/kerja/{gov}/penghapusan",  OPERATOR "#penghapusan-data-pribadi"},
    {"/kerja/{gov}/data-pribadi", STAFF "#data-pribadi"},
    {"/kerja/-/kotak-keluar",     OPERATOR "#kotak-keluar"},
    {"/kerja/-/mesin",            OPERATOR "#keadaan-mesin"},
    {"/kerja",                    STAFF},
    {"/pengawas/banding",         SUPERVISOR "#perbandingan"},
    {"/pengawas/rapor",           SUPERVISOR "#rapor"},
    {"/pengawas",                 SUPERVISOR},
    {"/masuk/lupa",               STAFF "#lupa-kata-sandi"},
    {"/masuk/baru",               STAFF "#lupa-kata-sandi"},
    {"/masuk",                    STAFF "#masuk-pertama-kali"},
    {"/akun/token",               STAFF "#token-untuk-program"},
    {"/akun/pengganti",           STAFF "#pengganti-selama-berhalangan"},
    {"/akun/kalender",            STAFF "#tugas-di-kalender-anda"},
    {"/akun/pemberitahuan",       STAFF "#pemberitahuan"},
    {"/akun",                     STAFF "#akun-saya"},
    {"/siapkan",                  OPERATOR "#menyiapkan-instansi"},
    {"/v",                        CITIZEN "#memeriksa-bukti"},
    {"/{gov}/renaksi",            CITIZEN "#rencana-aksi"},
    {"/{gov}/rapor",              CITIZEN "#rapor-dan-perbandingan"},
    {"/{gov}/reviu",              CITIZEN "#reviu-dan-rekomendasi"},
    {"/{gov}/wilayah",            CITIZEN "#melihat-pemerintah-daerah"},
    {"/{gov}/kalender",           CITIZEN "#kalender-kerja"},
    {"/banding",                  CITIZEN "#rapor-dan-perbandingan"},
    {"/{gov}",                    CITIZEN},
};
static const struct place screen_places[] = {
    {"/impor",                  STAFF "#mengimpor-dari-berkas"},
    {"/unduh",                  STAFF "#mengunduh-daftar"},
    {"/baru",                   STAFF "#mengisi-formulir"},
    {"/{id}/ubah",              STAFF "#mengisi-formulir"},
    {"/{id}/batal",             STAFF "#membatalkan-catatan"},
    {"/{id}/langkah",           STAFF "#mengambil-langkah"},
    {"/{id}",                   STAFF "#satu-catatan"},
    {"",                        STAFF "#mencari-dan-menyaring"},
};
/* clang-format on */

static const char *place_of(const struct place *v, size_t n, const char *path)
{
    size_t i;

    for (i = 0; i < n; i++) {
        size_t length = strlen(v[i].path);

        if (text_starts(path, v[i].path) && (path[length] == '\0' || path[length] == '/'))
            return v[i].where;
    }
    return GUIDE_PATH;
}

const char *help_guide(const struct route *route)
{
    const char *rest;

    if (route == NULL)
        return GUIDE_PATH;
    if (route->screen == NULL)
        return place_of(places, ARRAY_LEN(places), route->path);
    rest = strstr(route->path, route->screen->slug);
    return place_of(screen_places, ARRAY_LEN(screen_places), rest != NULL ? rest + strlen(route->screen->slug) : "");
}
