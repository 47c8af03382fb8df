/*
 * form_page.c: opening a form, sending it, keeping it as a draft.
 *
 * A form that is refused loses nothing: it comes back with what was typed, and that is also kept as a draft. Not for: what the
 * form looks like (form_view.c), what its fields mean (form_take.c).
 */
#include "base/date.h"
#include "base/text.h"
#include "engine/acting.h"
#include "engine/flow.h"
#include "engine/form.h"
#include "engine/row.h"
#include "engine/save.h"
#include "os/os.h"

struct form_plan {
    struct form *f;
    struct draft_key key;
    const char *draft; /* to be kept; NULL: nobody is logged in */
    const char *done;  /* path afterwards */
    int status;        /* of a form that comes back */
};

static struct draft_key key_of(const struct req *r, const struct form *f)
{
    return (struct draft_key){r->actor != NULL ? r->actor->user : 0, f->gov, f->id, f->s->slug};
}

/* ---- opening ---- */

/* Refuses and says false when there is nothing to fill. */
static bool open_form(struct req *r, bool is_new, int64_t id, struct form **ret)
{
    int found;

    *ret = arena_new(r->arena, struct form);
    found = form_open(r, is_new, id, *ret);
    if (found < 0)
        web_refuse(r, found);
    else if (found == 0)
        r->http->status = 404;
    return found > 0;
}

/* ?of_case=17: a new row below a record that somebody came from. */
static void take_query(struct req *r, struct form *f)
{
    const struct entity *e = f->s->entity;
    size_t i;

    for (i = 0; i < e->n_fields; i++) {
        const char *value = e->fields[i].type == FIELD_REF ? http_query(r->http, e->fields[i].name) : NULL;

        if (value != NULL && form_asks(f, &e->fields[i]))
            f->typed[i] = value;
    }
}

static void show_fresh(struct req *r, bool is_new)
{
    struct draft draft;
    struct form *f;
    struct draft_key key;

    if (screen_of(r)->form_page != NULL) {
        screen_of(r)->form_page(r);
        return;
    }
    if (!open_form(r, is_new, is_new ? 0 : route_id(r, "id"), &f))
        return;
    form_fill(r, f);
    if (is_new)
        take_query(r, f);
    key = key_of(r, f);
    if (key.user != 0 && draft_read(r->db, r->arena, &key, &draft) > 0) {
        f->draft_at = draft.at;
        if (http_query(r->http, DRAFT_BUTTON) != NULL)
            draft_use(r->arena, &draft, f);
    }
    form_show(r, f, 200);
}

void form_new_page(struct req *r)
{
    show_fresh(r, true);
}

void form_edit_page(struct req *r)
{
    show_fresh(r, false);
}

/* ---- keeping a draft ---- */

static int apply_draft(struct tx *tx, void *arg)
{
    const struct form_plan *plan = arg;

    return draft_store(tx, &plan->key, plan->f->rev, plan->draft);
}

/* The form comes back whatever became of the draft. */
static void after_refused(struct req *r, void *arg, int result)
{
    struct form_plan *plan = arg;

    (void)result;
    form_show(r, plan->f, plan->status);
}

static void after_draft(struct req *r, void *arg, int result)
{
    const struct form_plan *plan = arg;

    if (result < 0)
        web_refuse(r, result);
    else
        web_redirect(r, plan->done);
}

/* A draft is no answer to the form: the same form, corrected, must still count as the first. */
static void forget_once(struct req *r)
{
    size_t i;

    for (i = 0; i < r->http->form.n; i++)
        if (text_eq(r->http->form.v[i].name, ONCE_FIELD))
            r->http->form.v[i].value = "";
}

static void refuse_form(struct req *r, struct form_plan *plan, int status)
{
    plan->status = status;
    if (plan->draft == NULL) {
        form_show(r, plan->f, status);
        return;
    }
    forget_once(r);
    web_write(r, apply_draft, plan, after_refused, NULL);
}

/* ---- sending ---- */

static int apply_save(struct tx *tx, void *arg)
{
    const struct form_plan *plan = arg;
    const struct form *f = plan->f;
    struct record head;
    int result;

    result = save_row(tx, f->s, f->before, f->row, &head);
    if (result < 0 || plan->key.user == 0)
        return result;
    return draft_remove(tx, &plan->key);
}

/* Somebody was quicker: with the same row, or with the same number. */
static void after_conflict(struct req *r, struct form *f)
{
    struct record *now = arena_alloc(r->arena, f->s->entity->size);
    int found = f->before != NULL ? row_get(r->db, r->arena, f->s->entity, f->gov, f->id, now) : 0;

    if (found > 0 && now->rev != f->rev) {
        form_show_both(r, f, now);
        return;
    }
    if (found >= 0)
        found = form_taken(r, f);
    if (found < 0 || f->faults.n == 0)
        faults_add(&f->faults, NULL, "form.taken-some", NULL);
    form_show(r, f, 409);
}

static void after_save(struct req *r, void *arg, int result)
{
    static const struct {
        int result;
        const char *key;
    } said[] = {{E_HOLD, "form.hold"}, {E_BUSY, "form.busy"}, {E_FULL, "form.full"}, {E_STATE, "form.state"}};
    struct form_plan *plan = arg;
    const char *key = "form.not-saved";
    size_t i;

    if (result >= 0 || result == E_AGAIN) {
        web_redirect(r, plan->done);
        return;
    }
    if (result == E_CONFLICT) {
        after_conflict(r, plan->f);
        return;
    }
    for (i = 0; i < ARRAY_LEN(said); i++)
        if (said[i].result == result)
            key = said[i].key;
    faults_add(&plan->f->faults, NULL, key, NULL);
    form_show(r, plan->f, web_status(result));
}

static struct form_plan *plan_of(struct req *r, struct form *f)
{
    struct form_plan *plan = arena_new(r->arena, struct form_plan);

    *plan = (struct form_plan){.f = f, .key = key_of(r, f)};
    if (plan->key.user != 0)
        plan->draft = draft_text(r->arena, f);
    return plan;
}

/* The row gets its id now, so that the way to it is known before it is written. */
static void give_id(struct req *r, struct form_plan *plan)
{
    struct record *head = plan->f->row;

    if (plan->f->before == NULL)
        head->id = os_new_id();
    else
        head->rev = plan->f->rev;
    plan->done = row_path(r, plan->f->s, head->id);
}

static void submit(struct req *r, bool is_new)
{
    struct form_plan *plan;
    struct form *f;
    int result;

    if (!open_form(r, is_new, is_new ? 0 : route_id(r, "id"), &f))
        return;
    if (form_read(r, f) < 0) {
        r->http->status = 400;
        return;
    }
    plan = plan_of(r, f);
    if (http_form(r->http, DRAFT_BUTTON) != NULL && plan->draft != NULL) {
        plan->done = screen_path(r, f->s);
        forget_once(r);
        web_write(r, apply_draft, plan, after_draft, NULL);
        return;
    }
    result = form_take(r, f);
    if (result < 0) {
        faults_add(&f->faults, NULL, "form.unread", NULL);
        form_show(r, f, web_status(result));
        return;
    }
    if (f->faults.n > 0) {
        refuse_form(r, plan, 422);
        return;
    }
    give_id(r, plan);
    acting_mark(r, f->permission, f->s->entity, f->row);
    web_write(r, apply_save, plan, after_save, plan->done);
}

void form_new_post(struct req *r)
{
    submit(r, true);
}

void form_edit_post(struct req *r)
{
    submit(r, false);
}

/* ---- drafts by script ---- */

static int apply_discard(struct tx *tx, void *arg)
{
    const struct form_plan *plan = arg;

    return draft_remove(tx, &plan->key);
}

/* For the script: only the words that it puts below the form. */
static void after_kept(struct req *r, void *arg, int result)
{
    (void)arg;
    if (result < 0) {
        web_refuse(r, result);
        return;
    }
    r->http->type = "text/plain; charset=utf-8";
    buf_add(r->out, T1(r, "ui.draft-saved", instant_time_text(r->arena, r->now, r->zone_minutes, (int)r->lang)));
}

void draft_post(struct req *r)
{
    struct form *f;
    const char *record = http_form(r->http, RECORD_FIELD);
    struct form_plan *plan;
    int64_t id = 0;

    if (r->actor == NULL || record == NULL || text_int(record, 0, INT64_MAX, &id) < 0) {
        r->http->status = 400;
        return;
    }
    if (!open_form(r, id == 0, id, &f))
        return;
    if (form_read(r, f) < 0 && http_form(r->http, DISCARD_FIELD) == NULL) {
        r->http->status = 400;
        return;
    }
    plan = plan_of(r, f);
    forget_once(r);
    if (http_form(r->http, DISCARD_FIELD) != NULL) {
        plan->done = id == 0 ? url(r, "/kerja/%s/%s/baru", route_param(r, "gov"), f->s->slug)
                             : url(r, "/kerja/%s/%s/%lld/ubah", route_param(r, "gov"), f->s->slug, (long long)id);
        web_write(r, apply_discard, plan, after_draft, NULL);
    } else if (plan->draft != NULL)
        web_write(r, apply_draft, plan, after_kept, NULL);
    else
        r->http->status = 413;
}
