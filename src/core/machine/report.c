/*
 * report.c: see report.h.
 */
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/json.h"
#include "base/text.h"
#include "core/machine/report.h"
#include "ui/lang.h"
#include "ui/layout.h"

#define TEXT_MAX ((size_t)1 * MB)

/* clang-format off */
static const struct {
    const char *word, *guide;
} areas[] = {
    [AREA_DATA] =    {"machine.area-data",    GUIDE_PATH "/operator#bila-data-rusak"},
    [AREA_LEDGER] =  {"machine.area-ledger",  GUIDE_PATH "/operator#catatan-ditahan"},
    [AREA_BACKUP] =  {"machine.area-backup",  GUIDE_PATH "/operator#cadangan"},
    [AREA_LOCK] =    {"machine.area-lock",    GUIDE_PATH "/operator#keadaan-mesin"},
    [AREA_FOLDER] =  {"machine.area-folder",  GUIDE_PATH "/operator#keadaan-mesin"},
    [AREA_ADDRESS] = {"machine.area-address", GUIDE_PATH "/operator#alamat-dan-proksi"},
    [AREA_WORK] =    {"machine.area-work",    GUIDE_PATH "/operator#pekerjaan-latar"},
    [AREA_MAIL] =    {"machine.area-mail",    GUIDE_PATH "/operator#kotak-keluar"},
    [AREA_ACCOUNT] = {"machine.area-account", GUIDE_PATH "/operator#pengguna-dan-peran"},
};
_Static_assert(ARRAY_LEN(areas) == AREA_COUNT, "a name for each area");

static const struct {
    enum machine_area area;
    const char *words; /* of doctor, parted by spaces */
} words[] = {
    {AREA_DATA,    "no-database database schema file-lost file-lost-more file-orphan not-opened amcheck room"},
    {AREA_LEDGER,  "hold unsigned clock unwitnessed witness-old no-policy"},
    {AREA_BACKUP,  "backup-never backup-old backup-no-key backup-record keys-never keys-old"},
    {AREA_LOCK,    "locks"},
    {AREA_FOLDER,  "mode mode-more owner read-only scan-setting scan-away"},
    {AREA_ADDRESS, "demo-public no-tls any-host local-origin no-proxy"},
    {AREA_WORK,    "job-silent job-waits"},
    {AREA_MAIL,    "outbox-late outbox-given-up no-mail mail-setting mail-login"},
    {AREA_ACCOUNT, "demo-login setup"},
};
/* clang-format on */

int machine_area_of(const char *word)
{
    size_t i;

    for (i = 0; i < ARRAY_LEN(words); i++)
        if (text_has_word(words[i].words, word))
            return (int)words[i].area;
    return -1;
}

const char *machine_area_word(struct req *r, enum machine_area area)
{
    return T(r, areas[area].word);
}

const char *machine_area_guide(enum machine_area area)
{
    return areas[area].guide;
}

const char *machine_finding_text(struct req *r, const struct machine_finding *f)
{
    const char *key = text_printf(r->arena, "doctor.%s", f->word);
    char *text = arena_text(r->arena, T2(r, key, f->a, f->b));

    /* A line of the command becomes a sentence, unless it begins with a path or a name. */
    if (T(r, key)[0] != '%' && text[0] >= 'a' && text[0] <= 'z')
        text[0] = (char)(text[0] - 'a' + 'A');
    return text;
}

/* ---- reading ---- */

static int read_finding(struct arena *a, const struct json_in *in, struct machine_finding *ret)
{
    const char *weight = NULL;
    int area;

    *ret = (struct machine_finding){0};
    if (json_get_text(in, "weight", &weight) <= 0 || json_get_text(in, "word", &ret->word) <= 0 ||
        json_get_text(in, "a", &ret->a) < 0 || json_get_text(in, "b", &ret->b) < 0)
        return E_FORMAT;
    if (lang_text(LANG_ID, text_printf(a, "doctor.%s", ret->word)) == NULL)
        return E_FORMAT;
    area = machine_area_of(ret->word);
    ret->area = area < 0 ? AREA_LOCK : (enum machine_area)area;
    ret->note = text_eq(weight, "note");
    return 0;
}

static int worse(const void *a, const void *b)
{
    const struct machine_finding *x = a, *y = b;

    return x->note != y->note ? (int)x->note - (int)y->note : (int)x->area - (int)y->area;
}

static int read_instant(const struct json_in *in, const char *key, instant *ret)
{
    const char *text = NULL;
    int e = json_get_text(in, key, &text);

    *ret = INSTANT_NONE;
    return e <= 0 ? e : instant_iso_parse(text, ret);
}

static int read_lines(struct arena *a, const struct json_in *lines, struct machine_report *ret)
{
    size_t i;

    ret->findings = arena_array(a, lines->n + 1, struct machine_finding);
    for (i = 0; i < lines->n; i++) {
        struct machine_finding *f = &ret->findings[ret->n++];
        int e = read_finding(a, &lines->items[i], f);

        if (e < 0)
            return e;
        ret->wrong += !f->note;
    }
    if (ret->n > 1)
        qsort(ret->findings, ret->n, sizeof *ret->findings, worse);
    return 0;
}

int machine_report_read(struct arena *a, const char *text, struct machine_report *ret)
{
    const struct json_in *in, *lines = NULL, *backup = NULL;

    *ret = (struct machine_report){.archive_at = INSTANT_NONE, .keys_at = INSTANT_NONE};
    if (json_read(a, text, strlen(text), TEXT_MAX, &in, NULL) < 0 || json_get_array(in, "lines", &lines) <= 0 ||
        json_get_bool(in, "complete", &ret->complete) <= 0 || json_get_object(in, "backup", &backup) <= 0)
        return E_FORMAT;
    if (json_get_bool(backup, "key", &ret->has_backup_key) <= 0 || read_instant(backup, "archive_at", &ret->archive_at) < 0 ||
        read_instant(backup, "keys_at", &ret->keys_at) < 0)
        return E_FORMAT;
    return read_lines(a, lines, ret);
}
