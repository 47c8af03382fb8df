/*
 * user.c: `terang user ...`: accounts from the host: made, disabled, listed, roles proposed, the way back for administrators.
 *
 * A role that is proposed here waits for an administrator like any other (security.md Z4). Not for: first administrators of a
 * new instance (init.c).
 */
#include <sodium.h>

#include "base/date.h"
#include "base/json.h"
#include "base/text.h"
#include "core/auth/words.h"
#include "core/user/admin.h"
#include "engine/row.h"
#include "main/command.h"
#include "main/instance.h"
#include "os/os.h"

#define OUT_MAX   ((size_t)4 * MB)
#define LIST_PAGE 500

enum { CREATE_NAME, CREATE_EMAIL, CREATE_NIP, CREATE_GOV };
enum { GRANT_GOV, GRANT_AGENCY, GRANT_TO, GRANT_BASIS };

struct session_of_command {
    struct opened opened;
    struct db *db; /* a snapshot */
};

static void leave(struct session_of_command *s)
{
    pool_give(s->opened.app.pool, s->db);
    core_close(&s->opened.app);
    instance_close(&s->opened);
}

/* 0, or an exit code with the reason said. After 0, leave(). */
static int enter(const struct command_line *line, enum instance_use use, struct session_of_command *s)
{
    int code = instance_open(line->arena, use, &s->opened), e;

    s->db = NULL;
    if (code != 0)
        return code;
    e = core_open(&s->opened.app, NULL);
    if (e == 0)
        e = pool_take(s->opened.app.pool, 1000, &s->db);
    if (e == 0)
        return 0;
    leave(s);
    return cannot("accounts cannot be opened: %s", reason_of(e));
}

static int wrong(const char *what, const char *why)
{
    (void)cannot("%s: %s", what, why); /* its code is another */
    return EXIT_WRONG;
}

/* 0 with the user, or an exit code with the reason said. */
static int find(const struct command_line *line, const struct session_of_command *s, struct app_user *ret)
{
    int e = user_by_login(s->db, line->arena, line->args[0], ret);

    if (e == 1)
        return 0;
    return e == 0 ? wrong(line->args[0], "there is no such account") : cannot("%s: %s", line->args[0], reason_of(e));
}

static int find_gov(const struct command_line *line, const struct session_of_command *s, const char *code, struct gov *ret)
{
    int e = code == NULL ? 0 : gov_by_code(s->db, line->arena, code, ret);

    if (code == NULL || e == 1)
        return 0;
    return e == 0 ? command_usage(line->command, text_printf(line->arena, "there is no government %s", code))
                  : cannot("%s: %s", code, reason_of(e));
}

/* ---- works of the writer ---- */

struct write {
    struct user_new create;
    struct user_switch disable;
    struct grant_plan grant;
};

static int create_run(struct tx *tx, void *arg)
{
    const struct write *w = arg;

    (void)actor_act(tx, &host_mark);
    return user_store(tx, &w->create);
}

static int disable_run(struct tx *tx, void *arg)
{
    const struct write *w = arg;

    actor_act(tx, &host_mark)->step = "disable";
    return user_switch_store(tx, &w->disable);
}

static int grant_run(struct tx *tx, void *arg)
{
    const struct write *w = arg;

    (void)actor_act(tx, &host_mark);
    return grant_store(tx, &w->grant);
}

static int print_pairs(const struct command_line *line, const char *const v[][2], size_t n)
{
    struct json_out j;
    struct buf out;
    size_t i;

    buf_init(&out, line->arena, OUT_MAX);
    if (line->json) {
        json_out_init(&j, &out);
        json_out_object(&j);
        for (i = 0; i < n; i++)
            json_put_text(&j, v[i][0], v[i][1]);
        json_out_end(&j);
        buf_byte(&out, '\n');
    }
    for (i = 0; i < n && !line->json; i++)
        buf_printf(&out, "%-15s %s\n", v[i][0], v[i][1]);
    return command_print(&out);
}

/* ---- terang user create ---- */

static int create(const struct command_line *line, struct session_of_command *s)
{
    const char *login = text_fold(line->arena, line->args[0]), *password;
    struct write *w = arena_new(line->arena, struct write);
    char phc[PASSWORD_PHC_SIZE];
    struct gov gov = {0};
    int code = find_gov(line, s, line->values[CREATE_GOV], &gov), e;

    if (code != 0)
        return code;
    password = words_phrase(line->arena, WORDS_PHRASE, PASSWORD_MIN_ALONE);
    e = password_hash(password, password_cost_least, phc);
    if (e < 0)
        return cannot("the password cannot be hashed: %s", reason_of(e));
    user_plan(&w->create, line->arena, login, line->values[CREATE_NAME], line->values[CREATE_EMAIL], line->values[CREATE_NIP],
              gov.id, password, phc, os_now());
    e = writer_do(s->opened.app.writer, create_run, w);
    if (e == E_CONFLICT)
        return wrong(login, "this login is taken");
    if (e < 0)
        return cannot("%s: nothing was saved: %s", login, reason_of(e));
    return print_pairs(line, (const char *const[][2]){{"login", login}, {"first_password", password}}, 2);
}

int command_user_create(const struct command_line *line)
{
    struct session_of_command s;
    int code;

    if (text_empty(line->values[CREATE_NAME]))
        return command_usage(line->command, "--name is missing");
    if (login_fault(text_fold(line->arena, line->args[0])) != NULL)
        return command_usage(line->command, "a login has at least 3 of a-z, 0-9 and . _ - @ +");
    code = enter(line, USE_WRITE, &s);
    if (code != 0)
        return code;
    code = create(line, &s);
    leave(&s);
    return code;
}

/* ---- terang user disable ---- */

static int tell_disabled(const struct command_line *line)
{
    const struct req r = {.arena = line->arena, .lang = line->lang};
    struct buf out;

    if (line->json)
        return print_pairs(line, (const char *const[][2]){{"login", line->args[0]}, {"status", "disabled"}}, 2);
    buf_init(&out, line->arena, OUT_MAX);
    buf_printf(&out, "%s\n", T1(&r, "cli.disabled", line->args[0]));
    return command_print(&out);
}

int command_user_disable(const struct command_line *line)
{
    struct write *w = arena_new(line->arena, struct write);
    struct session_of_command s;
    int code = enter(line, USE_WRITE, &s), e;

    if (code != 0)
        return code;
    code = find(line, &s, &w->disable.user);
    if (code == 0) {
        w->disable.disabled = true;
        e = writer_do(s.opened.app.writer, disable_run, w);
        if (e == E_STATE)
            code = wrong(line->args[0], "the last administrator cannot be disabled");
        else if (e < 0)
            code = cannot("%s: nothing was saved: %s", line->args[0], reason_of(e));
    }
    leave(&s);
    return code != 0 ? code : tell_disabled(line);
}

/* ---- terang user grant ---- */

static int take_agency(const struct command_line *line, const struct session_of_command *s, int64_t gov, int64_t *ret)
{
    const char *wanted = line->values[GRANT_AGENCY];
    struct gov_item *v;
    size_t n, i;
    int e;

    *ret = INT_NONE;
    if (wanted == NULL)
        return 0;
    e = agency_list(s->db, line->arena, gov, instant_date(os_now(), s->opened.in.zone_minutes), &v, &n);
    if (e < 0)
        return cannot("agencies cannot be read: %s", reason_of(e));
    for (i = 0; i < n; i++)
        if (text_eq(v[i].code, wanted)) {
            *ret = v[i].id;
            return 0;
        }
    return command_usage(line->command, text_printf(line->arena, "there is no agency %s", wanted));
}

static int grant(const struct command_line *line, struct session_of_command *s)
{
    struct write *w = arena_new(line->arena, struct write);
    struct role_grant *g = &w->grant.after;
    struct app_user user;
    struct gov gov = {0};
    const char *key;
    int code = find(line, s, &user), e;

    if (code == 0)
        code = find_gov(line, s, line->values[GRANT_GOV], &gov);
    if (code != 0)
        return code;
    *g = grant_of(user.head.id, line->args[1], gov.id, instant_date(os_now(), s->opened.in.zone_minutes));
    g->head.id = os_new_id();
    g->basis = line->values[GRANT_BASIS];
    code = take_agency(line, s, gov.id, &g->in_agency);
    if (code == 0 && line->values[GRANT_TO] != NULL && date_iso_parse(line->values[GRANT_TO], &g->valid_to) < 0)
        code = command_usage(line->command, "--to is a day, 2026-01-31");
    if (code != 0)
        return code;
    w->grant.step = GRANT_PROPOSE;
    e = grant_may(s->db, line->arena, g, GRANT_PROPOSE, 0, &key);
    if (e == E_STATE)
        return wrong(line->args[1], lang_text(line->lang, key));
    if (e == 0)
        e = writer_do(s->opened.app.writer, grant_run, w);
    if (e < 0)
        return cannot("the role was not proposed: %s", reason_of(e));
    return print_pairs(line, (const char *const[][2]){{"login", user.login}, {"role", g->role.v}, {"status", "pending"}}, 3);
}

int command_user_grant(const struct command_line *line)
{
    struct session_of_command s;
    int code;

    if (role_find(line->args[1]) == NULL)
        return command_usage(line->command, text_printf(line->arena, "there is no role %s", line->args[1]));
    code = enter(line, USE_WRITE, &s);
    if (code != 0)
        return code;
    code = grant(line, &s);
    leave(&s);
    return code;
}

/* ---- terang user code ---- */

int command_user_code(const struct command_line *line)
{
    struct session_of_command s;
    char digits[7];
    int code = enter(line, USE_READ, &s), e;

    if (code != 0)
        return code;
    if (s.opened.in.demo)
        os_clock_allow_test();
    e = core_totp_code(&s.opened.app, s.db, line->arena, line->args[0], os_now(), digits);
    leave(&s);
    if (e == E_PERMIT)
        return wrong(s.opened.in.path, "codes are told only in demo instances");
    if (e == E_INPUT || e == E_STATE)
        return wrong(line->args[0], e == E_INPUT ? "there is no such account" : "it has no second factor");
    if (e < 0)
        return cannot("the code cannot be told: %s", reason_of(e));
    return print_pairs(line, (const char *const[][2]){{"code", digits}}, 1);
}

/* ---- terang user recover ---- */

int command_user_recover(const struct command_line *line)
{
    struct setup_secrets secrets;
    struct session_of_command s;
    int code = enter(line, USE_WRITE, &s), e;

    if (code != 0)
        return code;
    e = core_setup_secrets(&s.opened.app, line->arena, "recover", &secrets);
    leave(&s);
    if (e < 0)
        return cannot("no secrets were made: %s", reason_of(e));
    code = print_pairs(line, (const char *const[][2]){{"secret_1", secrets.text[0]}, {"secret_2", secrets.text[1]}}, 2);
    sodium_memzero(&secrets, sizeof secrets);
    return code;
}

/* ---- terang user list ---- */

static const char *roles_text(struct arena *a, const struct session_of_command *s, int64_t user)
{
    struct grant *v;
    size_t n, i;
    struct buf b;

    buf_init(&b, a, 8 * KB);
    if (grants_of(s->db, a, user, os_now(), &v, &n) < 0)
        return "?";
    for (i = 0; i < n; i++)
        buf_printf(&b, "%s%s", i > 0 ? " " : "", v[i].role);
    return b.s;
}

static void list_line(const struct command_line *line, struct json_out *j, struct buf *out, const struct user_line *u,
                      const char *held)
{
    if (!line->json) {
        buf_printf(out, "%-24s %-32s %s%s\n", u->login, u->name != NULL ? u->name : "", u->disabled ? "(disabled) " : "", held);
        return;
    }
    json_out_object(j);
    json_put_text(j, "login", u->login);
    json_put_text(j, "name", u->name);
    json_put_bool(j, "disabled", u->disabled);
    json_put_text(j, "roles", held);
    json_out_end(j);
}

static int list(const struct command_line *line, struct session_of_command *s)
{
    const char *after = "";
    struct user_line *v;
    struct json_out j;
    struct buf out;
    size_t n = LIST_PAGE, i;
    int e = 0;

    buf_init(&out, line->arena, OUT_MAX);
    json_out_init(&j, &out);
    if (line->json)
        json_out_array(&j);
    while (n == LIST_PAGE) {
        e = user_lines(s->db, line->arena, after, LIST_PAGE, &v, &n);
        if (e < 0)
            return cannot("accounts cannot be read: %s", reason_of(e));
        for (i = 0; i < n; i++)
            list_line(line, &j, &out, &v[i], roles_text(line->arena, s, v[i].id));
        after = n > 0 ? v[n - 1].login : after;
    }
    if (line->json) {
        json_out_end(&j);
        buf_byte(&out, '\n');
    }
    return command_print(&out);
}

int command_user_list(const struct command_line *line)
{
    struct session_of_command s;
    int code = enter(line, USE_READ, &s);

    if (code != 0)
        return code;
    code = list(line, &s);
    leave(&s);
    return code;
}
