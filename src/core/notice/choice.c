/*
 * choice.c: what a person wants to hear of, and how: a table of kinds, and its page.
 */
#include "base/text.h"
#include "core/mail/mail.h"
#include "core/notice/notice.h"
#include "core/notice/query.h"
#include "core/user/admin.h"
#include "core/user/pages.h"
#include "core/user/user.h"
#include "engine/row.h"

/* clang-format off */
const struct query q_choice_read = {
    .name = "notice_choice.read",
    .sql = "SELECT kind, in_app, mail FROM notice_choice WHERE person = ?1 ORDER BY kind",
    .in = "i", .out = "tit",
};
const struct query q_choice_put = {
    .name = "notice_choice.put",
    .sql = "INSERT INTO notice_choice (person, kind, in_app, mail) VALUES (?1, ?2, ?3, ?4) "
           "ON CONFLICT (person, kind) DO UPDATE SET in_app = excluded.in_app, mail = excluded.mail",
    .in = "itit", .out = "",
};
/* clang-format on */

/* What we propose: everything in the application, the urgent with the mail of the morning, nothing that interrupts. */
static const struct kind {
    const char *code;
    bool fixed;
    struct notice_choice proposed;
} kinds[] = {
    [NOTICE_TURN] = {"turn", false, {true, NOTICE_MAIL_DIGEST}},
    [NOTICE_SOON] = {"soon", false, {true, NOTICE_MAIL_DIGEST}},
    [NOTICE_LATE] = {"late", false, {true, NOTICE_MAIL_DIGEST}},
    [NOTICE_COMMENT] = {"comment", false, {true, NOTICE_MAIL_NONE}},
    [NOTICE_DECISION] = {"decision", false, {true, NOTICE_MAIL_DIGEST}},
    [NOTICE_SECURITY] = {"security", true, {true, NOTICE_MAIL_NONE}},
};
_Static_assert(ARRAY_LEN(kinds) == NOTICE_KIND_COUNT, "a line a kind");

static const char *const mails[] = {[NOTICE_MAIL_NONE] = "none", [NOTICE_MAIL_DIGEST] = "digest", [NOTICE_MAIL_ONCE] = "once"};
_Static_assert(ARRAY_LEN(mails) == NOTICE_MAIL_COUNT, "a word a way");

const char *notice_kind_code(enum notice_kind k)
{
    return kinds[k].code;
}

static bool mail_of(const char *code, enum notice_mail *ret)
{
    size_t i;

    for (i = 0; i < ARRAY_LEN(mails); i++)
        if (text_eq(code, mails[i])) {
            *ret = (enum notice_mail)i;
            return true;
        }
    return false;
}

static void take_row(const struct rows *rows, struct arena *a, struct notice_choice *v)
{
    const char *code = rows_text(rows, a, 0);
    size_t i;

    for (i = 0; i < ARRAY_LEN(kinds); i++)
        if (text_eq(kinds[i].code, code) && !kinds[i].fixed) {
            v[i].in_app = rows_int(rows, 1) == 1;
            (void)mail_of(rows_text(rows, a, 2), &v[i].mail); /* an unknown word leaves what we propose */
        }
}

int notice_choices(struct db *db, struct arena *a, int64_t person, struct notice_choice ret[static NOTICE_KIND_COUNT])
{
    size_t i;
    int e;

    AUTO_ROWS struct rows rows;

    for (i = 0; i < ARRAY_LEN(kinds); i++)
        ret[i] = kinds[i].proposed;
    e = db_select(&rows, db, &q_choice_read, V(person));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        take_row(&rows, a, ret);
        e = 0;
    }
    return e;
}

/* ---- the page ---- */

static const char *word_of(struct req *r, const char *code, const char *suffix)
{
    return T(r, text_printf(r->arena, "notice.kind-%s%s", code, suffix));
}

static void kind_fields(struct req *r, const struct kind *k, const struct notice_choice *now)
{
    struct ui_choice options[NOTICE_MAIL_COUNT];
    size_t i;

    ui_section_begin(r, k->code, word_of(r, k->code, ""));
    html(r, "<p class=\"mute\">%s</p>\n", word_of(r, k->code, "-text"));
    if (k->fixed) {
        html(r, "<p>%s</p>\n", T(r, "notice.always"));
        ui_section_end(r);
        return;
    }
    for (i = 0; i < ARRAY_LEN(mails); i++)
        options[i] = (struct ui_choice){.value = mails[i], .label = T(r, text_printf(r->arena, "notice.mail-%s", mails[i]))};
    ui_field(r, &(struct ui_field){.type = CONTROL_CHECK,
                                   .name = text_printf(r->arena, "%s-app", k->code),
                                   .label = T(r, "notice.in-app"),
                                   .value = now->in_app ? "1" : NULL});
    ui_field(r, &(struct ui_field){.type = CONTROL_SELECT,
                                   .name = text_printf(r->arena, "%s-mail", k->code),
                                   .label = T(r, "notice.by-mail"),
                                   .options = options,
                                   .n_options = ARRAY_LEN(options),
                                   .value = mails[now->mail],
                                   .size = UI_SIZE_M});
    ui_section_end(r);
}

/* Mails go nowhere yet: says why, and what to do. */
static void mail_note(struct req *r)
{
    struct app_user user;
    int e = row_get(r->db, r->arena, &app_user_entity, 0, r->actor->user, &user);

    if (!mail_is_set_up(r->app)) {
        ui_note(r, TONE_INFO, NULL, T(r, "notice.no-server"));
    } else if (e == 1 && user_address(&user) == NULL) {
        ui_note_begin(r, TONE_WARN);
        html(r, "<p>%s <a href=\"/akun/surel\">%s</a></p>", T(r, "notice.no-address"), T(r, "notice.to-address"));
        ui_note_end(r);
    }
}

void page_notice_choices(struct req *r)
{
    const struct crumb crumbs[] = {{T(r, "account.title"), "/akun"}, {T(r, "notice.choices"), NULL}};
    struct page p = {.shell = SHELL_WORKSPACE,
                     .title = T(r, "notice.choices"),
                     .crumbs = crumbs,
                     .n_crumbs = ARRAY_LEN(crumbs),
                     .here = "/akun"};
    const struct ui_button save = {.label = T(r, "notice.save"), .look = BUTTON_FIRST};
    struct notice_choice v[NOTICE_KIND_COUNT];
    size_t i;
    int e = notice_choices(r->db, r->arena, r->actor->user, v);

    if (e < 0) {
        web_refuse(r, e);
        return;
    }
    web_page_begin(r, &p);
    ui_head(r, p.title, T(r, "notice.choices-line"), NULL, 0);
    mail_note(r);
    ui_form_begin(r, NULL, "/akun/pemberitahuan/pilihan", FORM_POST);
    for (i = 0; i < ARRAY_LEN(kinds); i++)
        kind_fields(r, &kinds[i], &v[i]);
    ui_buttons(r, &save, 1);
    ui_form_end(r);
    page_end(r, &p);
}

struct setting {
    int64_t person;
    struct notice_choice v[NOTICE_KIND_COUNT];
};

static int set(struct tx *tx, void *plan)
{
    const struct setting *s = plan;
    size_t i;
    int e = 0;

    for (i = 0; e == 0 && i < ARRAY_LEN(kinds); i++)
        if (!kinds[i].fixed)
            e = db_send(tx->db, &q_choice_put, V(s->person), V(kinds[i].code), V(s->v[i].in_app), V(mails[s->v[i].mail]));
    return e;
}

void page_notice_choices_set(struct req *r)
{
    struct setting *s = arena_new(r->arena, struct setting);
    size_t i;

    s->person = r->actor->user;
    for (i = 0; i < ARRAY_LEN(kinds); i++) {
        const char *mail = http_form(r->http, text_printf(r->arena, "%s-mail", kinds[i].code));

        s->v[i].in_app = http_form(r->http, text_printf(r->arena, "%s-app", kinds[i].code)) != NULL;
        if (!kinds[i].fixed && !mail_of(mail, &s->v[i].mail)) {
            r->http->status = 400;
            return;
        }
    }
    web_write(r, set, s, NULL, "/akun/pemberitahuan");
}
