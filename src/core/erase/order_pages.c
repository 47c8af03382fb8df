/*
 * order_pages.c: /kerja/{gov}/penghapusan: orders to erase a person, given by one and confirmed by another.
 *
 * Under "-" accounts are erased, under a government the persons it keeps data about. The rules are in order.c.
 */
#include "base/date.h"
#include "base/text.h"
#include "core/erase/order.h"
#include "core/user/manage.h"
#include "engine/attachment.h"
#include "os/os.h"

#define FIELDS     "jenis id reason letter files"
#define PLACES_MAX 200
#define FILES_MAX  60

static const char *here(struct req *r, int64_t order)
{
    const char *slug = route_param(r, "gov");

    return order == 0 ? url(r, "/kerja/%s/penghapusan", slug) : url(r, "/kerja/%s/penghapusan/%lld", slug, (long long)order);
}

static const char *query_text(const struct req *r, const char *name)
{
    const char *v = http_query(r->http, name);

    return v != NULL ? v : "";
}

static const char *place_name(struct req *r, const char *entity, int64_t id)
{
    return text_printf(r->arena, "%s/%lld", entity, (long long)id);
}

static const char *user_name(struct req *r, ref user)
{
    struct app_user row;

    if (user.v == 0 || row_get(r->db, r->arena, &app_user_entity, 0, user.v, &row) != 1)
        return NULL;
    return row.name != NULL ? row.name : row.login != NULL ? row.login : ERASED_TEXT;
}

/* ---- the list ---- */

static void show_status(struct req *r, const struct erase_order *o)
{
    const bool failed = text_eq(o->status.v, "failed"), done = text_eq(o->status.v, "done");

    ui_tag(r,
           failed                            ? TONE_BAD
           : done                            ? TONE_GOOD
           : text_eq(o->status.v, "refused") ? TONE_NONE
                                             : TONE_INFO,
           ICON_OF_TONE, T(r, text_printf(r->arena, "erase_order.status-%s", o->status.v)));
}

static void list_orders(struct req *r)
{
    const struct ui_column columns[] = {{.label = T(r, "erase_order.subject"), .head = true},
                                        {.label = T(r, "erase_order.reason")},
                                        {.label = T(r, "erase_order.ordered_by")},
                                        {.label = T(r, "erase_order.status")}};
    const struct ui_table t = {.caption = T(r, "erase_order.many"), .columns = columns, .n = ARRAY_LEN(columns), .fold = true};
    struct erase_order o;
    size_t n = 0;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, r->db, &q_erase_orders, V(req_gov(r)->id));
    while (e >= 0 && (e = rows_next(&rows)) > 0) {
        if (row_get(r->db, r->arena, &erase_order_entity, 0, rows_int(&rows, 0), &o) != 1)
            continue;
        if (n++ == 0)
            ui_table_begin(r, &t);
        ui_row_begin(r, false);
        ui_cell_link(r, &t, 0, place_name(r, o.subject, o.subject_id), here(r, o.head.id));
        ui_cell(r, &t, 1, T(r, text_printf(r->arena, "erase_order.reason-%s", o.reason.v)));
        ui_cell(r, &t, 2, user_name(r, o.ordered_by));
        ui_cell_begin(r, &t, 3);
        show_status(r, &o);
        ui_cell_end(r, &t, 3);
        ui_row_end(r);
    }
    if (n != 0)
        ui_table_end(r, &t);
    else
        state_empty(r, T(r, "erasure.none"), T(r, "erasure.none-text"), NULL);
}

/* Persons of this government by name or number. */
static void list_persons(struct req *r, const char *asked)
{
    const struct ui_column columns[] = {{.label = T(r, "person.name"), .head = true}, {.label = T(r, "person.nip")}};
    const struct ui_table t = {.caption = T(r, "erasure.found"), .columns = columns, .n = ARRAY_LEN(columns), .fold = true};
    const char *like = text_printf(r->arena, "%%%s%%", text_fold(r->arena, asked));
    size_t n = 0;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, r->db, &q_erase_persons, V(req_gov(r)->id), V(like), V(asked));
    while (e >= 0 && (e = rows_next(&rows)) > 0) {
        const char *name = rows_text(&rows, r->arena, 1), *nip = rows_text(&rows, r->arena, 2);
        const char *to = text_printf(r->arena, "%s/baru?jenis=person&id=%lld", here(r, 0), (long long)rows_int(&rows, 0));

        if (n++ == 0)
            ui_table_begin(r, &t);
        ui_row_begin(r, false);
        ui_cell_link(r, &t, 0, name != NULL ? name : ERASED_TEXT, to);
        ui_cell(r, &t, 1, nip != NULL ? person_entity.fields[1].mask(r->arena, nip) : NULL);
        ui_row_end(r);
    }
    if (n != 0)
        ui_table_end(r, &t);
    else
        state_empty(r, T(r, "erasure.not-found"), T(r, "erasure.not-found-text"), NULL);
}

void page_erasures(struct req *r)
{
    struct page p = {.shell = SHELL_WORKSPACE, .title = T(r, "erase_order.many"), .here = here(r, 0)};
    const char *asked = text_trim(r->arena, http_form(r->http, "cari") != NULL ? http_form(r->http, "cari") : "");
    const struct ui_field search = {
        .type = CONTROL_SEARCH, .name = "cari", .label = T(r, "erasure.search"), .value = *asked != '\0' ? asked : NULL};

    web_page_begin(r, &p);
    ui_head(r, p.title, T(r, req_gov(r)->id != 0 ? "erasure.text" : "erasure.text-accounts"), NULL, 0);
    if (req_gov(r)->id != 0) {
        ui_form_begin(r, NULL, here(r, 0), FORM_POST); /* a name or number stays out of addresses and logs */
        ui_field(r, &search);
        ui_button(r, &(struct ui_button){.label = T(r, "person.find-do"), .icon = ICON_SEARCH});
        ui_form_end(r);
        if (*asked != '\0')
            list_persons(r, asked);
    }
    list_orders(r);
    page_end(r, &p);
}

/* ---- what will go ---- */

struct going {
    struct erase_place places[PLACES_MAX];
    size_t n;
    struct ui_choice files[FILES_MAX];
    size_t n_files;
};

static int add_files(struct req *r, struct going *g, int64_t gov, int64_t record)
{
    struct attachment *v;
    size_t n, i;
    int e = attachments_read(r->db, r->arena, gov, record, &v, &n);

    for (i = 0; e == 0 && i < n && g->n_files < FILES_MAX; i++)
        if (v[i].file != NULL)
            g->files[g->n_files++] = (struct ui_choice){.value = text_printf(r->arena, "%lld", (long long)v[i].head.id),
                                                        .label = v[i].name,
                                                        .hint = place_name(r, v[i].of_entity, v[i].record)};
    return e;
}

static bool is_listed(const struct going *g, const struct erase_place *place)
{
    size_t i;

    for (i = 0; i < g->n; i++)
        if (g->places[i].e == place->e && g->places[i].id == place->id)
            return true;
    return false;
}

/* Where the name was typed and no person chosen, and where it stands in the history. */
static int add_named(struct req *r, const struct erase_person *p, struct going *g)
{
    struct erase_words words;
    struct erase_place *v;
    size_t n, i;
    int e = erase_words(r->db, r->arena, r->app, p, &words);

    if (e == 0)
        e = erase_former(r->db, r->arena, r->app, p, &words, &v, &n);
    for (i = 0; e == 0 && i < n && g->n < PLACES_MAX; i++)
        if (!is_listed(g, &v[i]) && v[i].e != p->e)
            g->places[g->n++] = v[i];
    return e;
}

static int going_read(struct req *r, const struct erase_person *p, struct going *g)
{
    size_t i;
    int e = erase_places(r->db, r->arena, r->app, p, PLACES_MAX, g->places, &g->n);

    if (e == 0)
        e = add_named(r, p, g);

    g->n_files = 0;
    for (i = 0; e == 0 && i < g->n; i++)
        e = add_files(r, g, g->places[i].gov, g->places[i].id);
    return e;
}

static void show_going(struct req *r, const struct going *g)
{
    size_t i;

    ui_section_begin(r, "yang", T(r, "erasure.what"));
    html(r, "<p>%s</p>\n", T(r, "erasure.what-text"));
    html(r, "<ul>\n");
    for (i = 0; i < g->n; i++)
        html(r, "<li>%s</li>\n", place_name(r, g->places[i].e->name, g->places[i].id));
    html(r, "</ul>\n");
    ui_section_end(r);
}

/* ---- ordering ---- */

static struct ui_choice *reasons(struct req *r, size_t *ret_n)
{
    char **codes = text_split(r->arena, entity_field(&erase_order_entity, "reason")->codes, ' ', ret_n);
    struct ui_choice *v = arena_array(r->arena, *ret_n, struct ui_choice);
    size_t i;

    for (i = 0; i < *ret_n; i++)
        v[i] = (struct ui_choice){.value = codes[i], .label = T(r, text_printf(r->arena, "erase_order.reason-%s", codes[i]))};
    return v;
}

static void order_form(struct req *r, const struct erase_order *o, const struct going *g, const struct ui_error *errors,
                       size_t n)
{
    const struct door_page d = {.title = T(r, "erasure.new"),
                                .text = T1(r, "erasure.new-text", place_name(r, o->subject, o->subject_id)),
                                .errors = errors,
                                .n_errors = n};
    struct ui_field reason = {
        .type = CONTROL_RADIO, .name = "reason", .label = T(r, "erase_order.reason"), .value = o->reason.v};
    const struct ui_field letter = {.type = CONTROL_TEXT,
                                    .name = "letter",
                                    .label = T(r, "erase_order.letter"),
                                    .hint = T(r, "erase_order.letter-hint"),
                                    .value = o->letter,
                                    .size = UI_SIZE_L};
    const struct ui_field files = {.type = CONTROL_CHECKS,
                                   .name = "files",
                                   .label = T(r, "erase_order.files"),
                                   .hint = T(r, "erase_order.files-hint"),
                                   .options = g->files,
                                   .n_options = g->n_files,
                                   .optional = true};
    const struct ui_button b[] = {{.label = T(r, "erasure.order"), .look = BUTTON_BAD},
                                  {.label = T(r, "erasure.back"), .href = here(r, 0), .look = BUTTON_PLAIN}};
    struct page p;

    reason.options = reasons(r, &reason.n_options);
    door_begin(r, &p, &d);
    show_going(r, g);
    ui_form_begin(r, NULL, text_printf(r->arena, "%s/baru", here(r, 0)), FORM_POST);
    web_once(r);
    ui_hidden(r, "jenis", o->subject);
    ui_hidden(r, "id", text_printf(r->arena, "%lld", (long long)o->subject_id));
    door_field(r, &reason, &d);
    door_field(r, &letter, &d);
    if (g->n_files > 0)
        door_field(r, &files, &d);
    ui_buttons(r, b, ARRAY_LEN(b));
    ui_form_end(r);
    page_end(r, &p);
}

static int refused(struct req *r, int e, const char *key, const char *arg)
{
    static const char persons[] = "erasure.not-yourself erasure.second-person";

    if (e != E_STATE)
        return e;
    e = text_has_word(persons, key) ? E_PERMIT : E_STATE;
    return arg != NULL ? fail_arg(r, e, key, arg) : fail(r, e, key);
}

/* The person of the form, when it may be erased and is this page's business. False: the answer was made. */
static bool person_asked(struct req *r, const char *entity, const char *id, struct erase_order *o, struct going *g)
{
    const char *key = NULL, *arg = NULL;
    struct erase_person p;
    int e;

    *o = (struct erase_order){.in_gov = {req_gov(r)->id},
                              .subject = entity,
                              .status = {"pending"},
                              .ordered_by = {r->actor->user},
                              .done_at = INSTANT_NONE};
    if (text_int(id, 1, INT64_MAX, &o->subject_id) < 0 ||
        !text_eq(entity, req_gov(r)->id == 0 ? app_user_entity.name : person_entity.name)) {
        r->http->status = 404;
        return false;
    }
    e = erase_may(r->db, r->arena, r->app, o, ERASE_ORDER, r->actor->user, r->now, &key, &arg);
    if (e == 0)
        e = erase_person_read(r->db, r->arena, r->app, entity, o->in_gov.v, o->subject_id, &p);
    if (e == 1)
        e = going_read(r, &p, g);
    if (e < 0)
        web_refuse(r, refused(r, e, key, arg));
    return e == 0;
}

void page_erasure_new(struct req *r)
{
    struct going *g = arena_new(r->arena, struct going);
    struct erase_order o;

    if (person_asked(r, query_text(r, "jenis"), query_text(r, "id"), &o, g))
        order_form(r, &o, g, NULL, 0);
}

static int store(struct tx *tx, void *plan)
{
    return erase_store(tx, plan);
}

/* Ticked files that are really beside the person's records. */
static const char *ticked(struct req *r, const struct going *g)
{
    const struct http_pairs *form = &r->http->form;
    const char *list = NULL;
    size_t i, k;

    for (i = 0; i < form->n; i++)
        for (k = 0; text_eq(form->v[i].name, "files") && k < g->n_files; k++)
            if (text_eq(form->v[i].value, g->files[k].value))
                list = list == NULL ? form->v[i].value : text_printf(r->arena, "%s %s", list, form->v[i].value);
    return list;
}

void page_erasure_order(struct req *r)
{
    struct erase_plan *p = arena_new(r->arena, struct erase_plan);
    struct going *g = arena_new(r->arena, struct going);
    struct ui_error errors[2];
    size_t n = 0;

    if (!form_knows(r, FIELDS) || !person_asked(r, form_text(r, "jenis"), form_text(r, "id"), &p->after, g))
        return;
    p->after.reason.v = form_text(r, "reason");
    p->after.letter = text_collapse(r->arena, text_nfc(r->arena, form_text(r, "letter")));
    p->after.files = ticked(r, g);
    if (!text_has_word(entity_field(&erase_order_entity, "reason")->codes, p->after.reason.v))
        errors[n++] = (struct ui_error){"reason", T(r, "erasure.reason-missing")};
    if (*p->after.letter == '\0' || strlen(p->after.letter) > 120)
        errors[n++] = (struct ui_error){"letter", T(r, "erasure.letter-missing")};
    if (n > 0) {
        order_form(r, &p->after, g, errors, n);
        return;
    }
    if (!core_stepped_up(r))
        return;
    p->step = ERASE_ORDER;
    p->by = r->actor->user;
    p->after.head.id = os_new_id();
    web_write(r, store, p, NULL, here(r, p->after.head.id));
}

/* ---- one order ---- */

static bool order_get(struct req *r, struct erase_order *ret)
{
    int e = row_get(r->db, r->arena, &erase_order_entity, 0, route_id(r, "id"), ret);

    if (e < 0)
        web_refuse(r, e);
    else if (e == 0 || ret->in_gov.v != req_gov(r)->id)
        r->http->status = 404;
    else
        return true;
    return false;
}

static void step_button(struct req *r, const struct erase_order *o, const char *verb, const char *label, enum button_look look)
{
    const struct ui_button b = {.label = label, .look = look};

    ui_form_begin(r, NULL, text_printf(r->arena, "%s/%s", here(r, o->head.id), verb), FORM_POST);
    ui_button(r, &b);
    ui_form_end(r);
}

void page_erasure(struct req *r)
{
    struct page p = {.shell = SHELL_WORKSPACE, .title = T(r, "erase_order.one"), .here = here(r, 0)};
    struct erase_order o;

    if (!order_get(r, &o))
        return;
    web_page_begin(r, &p);
    ui_head(r, p.title, place_name(r, o.subject, o.subject_id), NULL, 0);
    if (text_eq(o.status.v, "failed"))
        ui_note(r, TONE_BAD, NULL, T(r, "erasure.failed"));
    ui_facts_begin(r, true);
    ui_fact_begin(r, T(r, "erase_order.status"));
    show_status(r, &o);
    ui_fact_end(r);
    ui_fact(r, T(r, "erase_order.reason"), T(r, text_printf(r->arena, "erase_order.reason-%s", o.reason.v)));
    ui_fact(r, T(r, "erase_order.letter"), o.letter);
    ui_fact(r, T(r, "erase_order.files"), o.files);
    ui_fact(r, T(r, "erase_order.ordered_by"), user_name(r, o.ordered_by));
    ui_fact(r, T(r, "erase_order.confirmed_by"), user_name(r, o.confirmed_by));
    ui_fact(r, T(r, "erase_order.done_at"), o.done_at.v != INSTANT_NONE.v ? say_moment(r, o.done_at) : NULL);
    ui_facts_end(r);
    if (text_eq(o.status.v, "pending")) {
        if (o.ordered_by.v != r->actor->user)
            step_button(r, &o, "setujui", T(r, "erasure.confirm"), BUTTON_BAD);
        else
            ui_note(r, TONE_INFO, NULL, T(r, "erasure.second-person"));
        step_button(r, &o, "tolak", T(r, "erasure.refuse"), BUTTON_SECOND);
    }
    page_end(r, &p);
}

static void step(struct req *r, enum erase_step what, const char *status)
{
    struct erase_plan *p = arena_new(r->arena, struct erase_plan);
    const char *key = NULL, *arg = NULL;
    int e;

    if (!form_knows(r, "") || !order_get(r, &p->before))
        return;
    e = erase_may(r->db, r->arena, r->app, &p->before, what, r->actor->user, r->now, &key, &arg);
    if (e < 0) {
        web_refuse(r, refused(r, e, key, arg));
        return;
    }
    if (!core_stepped_up(r))
        return;
    p->step = what;
    p->by = r->actor->user;
    p->after = p->before;
    p->after.status.v = status;
    p->after.confirmed_by.v = r->actor->user;
    web_write(r, store, p, NULL, here(r, p->before.head.id));
}

void page_erasure_confirm(struct req *r)
{
    step(r, ERASE_CONFIRM, "confirmed");
}

void page_erasure_refuse(struct req *r)
{
    step(r, ERASE_REFUSE, "refused");
}
