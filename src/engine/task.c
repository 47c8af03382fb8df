/*
 * task.c: lines of the tasks: writing them, and who could take a step. Not for: reading them (task_mine.c).
 */
#include "base/date.h"
#include "base/text.h"
#include "engine/app.h"
#include "engine/task.h"

/* clang-format off */
static const struct query q_put = {
    .name = "task.put",
    .sql = "INSERT INTO task (gov, agency, due, record, kind, title, about, unit, place, owner, wide, since, days, stopped, took) "
           "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
    .in = "iiiitttiiiiiiit", .out = "",
};
static const struct query q_drop = {
    .name = "task.drop",
    .sql = "DELETE FROM task WHERE gov = ?1 AND agency = ?2 AND due = ?3 AND record = ?4",
    .in = "iiii", .out = "",
};
/* clang-format on */

const struct query *const task_queries[] = {&q_put, &q_drop};
const size_t task_queries_n = ARRAY_LEN(task_queries);

#define TOOK_MAX ((size_t)4000) /* a case that goes round that often is not hidden from anybody any more */

const char *task_kind(struct arena *a, const struct flow *f, const char *code)
{
    return text_printf(a, "%s.%d.%s", f->name, f->version, code);
}

int task_put(struct tx *tx, const struct task *t)
{
    return db_send(tx->db, &q_put, V(t->gov), V(t->agency), V(t->due), V(t->record), V(t->kind), V(t->title), V(t->about),
                   V(t->unit), V(t->place), V(t->owner), V(t->wide), V(t->since), V(t->days), V(t->stopped), V(t->took));
}

int task_drop(struct tx *tx, int64_t gov, int64_t agency, date due, int64_t record)
{
    return db_send(tx->db, &q_drop, V(gov), V(agency), V(due), V(record));
}

int task_line_parse(struct arena *a, const char *text, struct task_line *ret)
{
    int64_t *to[] = {&ret->gov, &ret->agency, &ret->due, &ret->record};
    char **parts;
    size_t n, i;

    *ret = (struct task_line){.gov = -1};
    if (text_empty(text))
        return 0;
    parts = text_split(a, text, ' ', &n);
    if (n != ARRAY_LEN(to))
        return E_FORMAT;
    for (i = 0; i < n; i++)
        if (text_int(parts[i], INT64_MIN, INT64_MAX, to[i]) < 0)
            return E_FORMAT;
    return 0;
}

/* ---- who took which step ---- */

const char *task_took_add(struct arena *a, const char *took, const char *verb, int64_t user)
{
    const char *word = text_printf(a, "%s:%lld", verb, (long long)user);

    if (user == 0 || text_has_word(took, word) || strlen(took) + strlen(word) > TOOK_MAX)
        return took;
    return text_printf(a, "%s%s ", text_empty(took) ? " " : took, word);
}

bool task_took(const char *took, const char *verbs, int64_t user)
{
    const char *at = took;

    while (at != NULL && *(at += strspn(at, " ")) != '\0') {
        size_t n = strcspn(at, " "), verb = strcspn(at, ":");
        const char *w = verbs;

        if (verb < n && strtoll(at + verb + 1, NULL, 10) == user) {
            if (verbs == NULL)
                return true;
            while (*(w += strspn(w, " ")) != '\0') {
                if (strcspn(w, " ") == verb && memcmp(w, at, verb) == 0)
                    return true;
                w += strcspn(w, " ");
            }
        }
        at += n;
    }
    return false;
}

/* ---- who could ---- */

static void reach_of_roles(const char *list, bool *wide, bool *owner)
{
    size_t i;

    for (i = 0; i < roles_n; i++) {
        if (roles[i].reach == REACH_UNIT || roles[i].reach == REACH_AGENCY || !text_has_word(list, roles[i].code))
            continue;
        if (roles[i].reach == REACH_OWN)
            *owner = true;
        else
            *wide = true;
    }
}

void task_audience(const struct app *app, const struct flow *f, const char *code, bool *ret_wide, bool *ret_owner)
{
    size_t s, m, i;

    *ret_wide = *ret_owner = app == NULL || app->n_modules == 0;
    *ret_wide = *ret_wide || scope_common(f->entity);
    for (s = 0; s < f->n_steps && !(*ret_wide && *ret_owner); s++) {
        if (!flow_awaits(&f->steps[s], code))
            continue;
        if (text_eq(f->steps[s].permission, PERMIT_LOGIN))
            *ret_wide = *ret_owner = true;
        for (m = 0; app != NULL && m < app->n_modules; m++)
            for (i = 0; i < app->modules[m]->n_permits; i++)
                if (text_eq(app->modules[m]->permits[i].permission, f->steps[s].permission))
                    reach_of_roles(app->modules[m]->permits[i].roles, ret_wide, ret_owner);
    }
}
