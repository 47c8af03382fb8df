/*
 * form.c: forms: label, hint, error, control, always in this order and in one column.
 *
 * What was typed is printed back as it is, right or wrong; the browser's own checks are off (novalidate), because
 * ours speak the reader's language and stand in the summary too. Dates and amounts are plain text fields: native pickers
 * follow the browser's language, not the page's.
 *
 * Not for: reading what came back (engine).
 */
#include "base/text.h"
#include "ui/component.h"

/* ---- the form itself ---- */

void ui_csrf(struct req *r)
{
    if (r->csrf != NULL)
        html(r, "<input type=\"hidden\" name=\"" CSRF_FIELD "\" value=\"%s\">", r->csrf);
}

void ui_hidden(struct req *r, const char *name, const char *value)
{
    html(r, "<input type=\"hidden\" name=\"%s\" value=\"%s\">", name, value);
}

void ui_form_begin(struct req *r, const char *id, const char *action, enum ui_form_way way)
{
    html(r, "<form class=\"form\"");
    if (id != NULL)
        html(r, " id=\"%s\"", id);
    html(r, " action=\"%s\"", link_to(action));
    if (way != FORM_GET)
        html(r, " method=\"post\"");
    if (way == FORM_FILES)
        html(r, " enctype=\"multipart/form-data\"");
    html(r, " novalidate>\n");
    if (way != FORM_GET)
        ui_csrf(r);
}

void ui_form_end(struct req *r)
{
    html(r, "</form>\n");
}

/* ---- controls ---- */

static const struct {
    const char *type;      /* of <input>; NULL: not an input */
    const char *inputmode; /* keyboard of a phone */
    const char *autocomplete;
    enum ui_size size;
    bool figures;
} controls[] = {
    /* clang-format off */
    [CONTROL_TEXT]     = {"text",     NULL,      NULL,    UI_SIZE_DEFAULT, false},
    [CONTROL_LONG]     = {NULL,       NULL,      NULL,    UI_SIZE_L,       false},
    [CONTROL_NUMBER]   = {"text",     "decimal", "off",   UI_SIZE_S,       true},
    [CONTROL_MONEY]    = {"text",     "decimal", "off",   UI_SIZE_DEFAULT, true},
    [CONTROL_DATE]     = {"text",     "numeric", "off",   UI_SIZE_S,       false},
    [CONTROL_SELECT]   = {NULL,       NULL,      NULL,    UI_SIZE_DEFAULT, false},
    [CONTROL_RADIO]    = {NULL,       NULL,      NULL,    UI_SIZE_DEFAULT, false},
    [CONTROL_CHECK]    = {NULL,       NULL,      NULL,    UI_SIZE_DEFAULT, false},
    [CONTROL_CHECKS]   = {NULL,       NULL,      NULL,    UI_SIZE_DEFAULT, false},
    [CONTROL_FILE]     = {"file",     NULL,      NULL,    UI_SIZE_L,       false},
    [CONTROL_EMAIL]    = {"email",    NULL,      "email", UI_SIZE_DEFAULT, false},
    [CONTROL_PHONE]    = {"tel",      NULL,      "tel",   UI_SIZE_M,       false},
    [CONTROL_PASSWORD] = {"password", NULL,      NULL,    UI_SIZE_L,       false},
    [CONTROL_SEARCH]   = {"search",   NULL,      NULL,    UI_SIZE_DEFAULT, false},
    /* clang-format on */
};
_Static_assert(ARRAY_LEN(controls) == CONTROL_COUNT, "a row a control");

static const char *const size_classes[] = {
    [UI_SIZE_DEFAULT] = "",
    [UI_SIZE_S] = " s",
    [UI_SIZE_M] = " m",
    [UI_SIZE_L] = " l",
};

static const char *field_id(const struct ui_field *f)
{
    return f->id != NULL ? f->id : f->name;
}

/* class, id, name and what ties the control to its hint and error. */
static void control_attributes(struct req *r, const struct ui_field *f)
{
    enum ui_size size = f->size != UI_SIZE_DEFAULT ? f->size : controls[f->type].size;
    const char *id = field_id(f);

    html(r, " class=\"in%s%s\" id=\"%s\" name=\"%s\"", size_classes[size], controls[f->type].figures ? " num" : "", id,
         f->name);
    if (f->hint != NULL && f->error != NULL)
        html(r, " aria-describedby=\"%s-h %s-e\"", id, id);
    else if (f->hint != NULL || f->error != NULL)
        html(r, " aria-describedby=\"%s-%c\"", id, f->hint != NULL ? 'h' : 'e');
    if (f->error != NULL)
        html(r, " aria-invalid=\"true\"");
    if (f->readonly && f->type != CONTROL_SELECT)
        html(r, " readonly");
    if (f->maxlength > 0)
        html(r, " maxlength=\"%d\"", f->maxlength);
    if (f->placeholder != NULL)
        html(r, " placeholder=\"%s\"", f->placeholder);
}

static void control_input(struct req *r, const struct ui_field *f)
{
    const char *inputmode = f->inputmode != NULL ? f->inputmode : controls[f->type].inputmode;
    const char *autocomplete = f->autocomplete != NULL ? f->autocomplete : controls[f->type].autocomplete;
    bool shown = f->type != CONTROL_PASSWORD && f->type != CONTROL_FILE;

    html(r, "<input");
    if (f->type != CONTROL_TEXT && strcmp(controls[f->type].type, "text") != 0)
        html(r, " type=\"%s\"", controls[f->type].type);
    control_attributes(r, f);
    if (inputmode != NULL)
        html(r, " inputmode=\"%s\"", inputmode);
    if (autocomplete != NULL)
        html(r, " autocomplete=\"%s\"", autocomplete);
    if (f->accept != NULL)
        html(r, " accept=\"%s\"", f->accept);
    if (f->multiple)
        html(r, " multiple");
    if (shown && f->value != NULL)
        html(r, " value=\"%s\"", f->value);
    html(r, ">");
}

static void control_units(struct req *r, const struct ui_field *f)
{
    bool rupiah = f->type == CONTROL_MONEY;

    if (f->unit == NULL && !rupiah) {
        control_input(r, f);
        return;
    }
    html(r, "<span class=\"unit\">");
    if (rupiah)
        html(r, "<span>Rp</span>");
    control_input(r, f);
    if (f->unit != NULL)
        html(r, "<span>%s</span>", f->unit);
    html(r, "</span>");
}

/* Does an option without a value send this? Its words are sent then, with white space collapsed. */
static bool is_own_value(const struct ui_choice *o)
{
    const char *s = o->label, *p;

    if (s == NULL || !text_eq(s, o->value) || *s == '\0' || *s == ' ')
        return false;
    p = s + strcspn(s, "\t\n\f\r");
    return *p == '\0' && p[-1] != ' ' && strstr(s, "  ") == NULL;
}

static void control_select(struct req *r, const struct ui_field *f)
{
    html(r, "<select");
    control_attributes(r, f);
    html(r, ">");
    if (f->choose != NULL)
        html(r, "<option value=\"\">%s</option>", f->choose);
    for (size_t i = 0; i < f->n_options; i++) {
        bool chosen = text_eq(f->options[i].value, f->value);

        if (f->readonly && !chosen) /* a select cannot be read-only: it offers only what is chosen */
            continue;
        html(r, "<option");
        if (!is_own_value(&f->options[i]))
            html(r, " value=\"%s\"", f->options[i].value);
        if (chosen)
            html(r, " selected");
        html(r, ">%s</option>", f->options[i].label);
    }
    html(r, "</select>");
}

static void control_long(struct req *r, const struct ui_field *f)
{
    html(r, "<textarea");
    control_attributes(r, f);
    html(r, ">\n%s</textarea>", f->value); /* the first line break of a textarea is not part of its text */
}

/* ---- choices ---- */

static bool is_chosen(const struct ui_field *f, const char *value)
{
    if (f->type == CONTROL_RADIO)
        return text_eq(f->value, value);
    for (size_t i = 0; i < f->n_chosen; i++) {
        if (text_eq(f->chosen[i], value))
            return true;
    }
    return false;
}

/* The first choice carries the field's id, so that the error summary leads to it. */
static void choice(struct req *r, const struct ui_field *f, size_t i)
{
    const struct ui_choice *o = &f->options[i];

    html(r, "<label class=\"pick\"><input type=\"%s\" name=\"%s\" value=\"%s\"",
         f->type == CONTROL_RADIO ? "radio" : "checkbox", f->name, o->value);
    if (i == 0)
        html(r, " id=\"%s\"", field_id(f));
    if (is_chosen(f, o->value))
        html(r, " checked");
    else if (f->readonly)
        html(r, " disabled");
    html(r, ">");
    if (o->hint != NULL)
        html(r, "<span>%s<span class=\"hint\">%s</span></span></label>\n", o->label, o->hint);
    else
        html(r, "%s</label>\n", o->label);
}

static void field_texts(struct req *r, const struct ui_field *f)
{
    const char *id = field_id(f);

    if (f->hint != NULL)
        html(r, "<p class=\"hint\" id=\"%s-h\">%s</p>", id, f->hint);
    if (f->error == NULL)
        return;
    html(r, "<p class=\"err\" id=\"%s-e\">", id);
    ui_icon(r, ICON_WARN);
    html(r, "<span><span class=\"sr\">%s: </span>%s</span></p>", T(r, "ui.error"), f->error);
}

static void optional_mark(struct req *r, const struct ui_field *f)
{
    if (f->optional)
        html(r, " <span class=\"opt\">(%s)</span>", T(r, "ui.optional"));
}

static void field_choices(struct req *r, const struct ui_field *f)
{
    const char *id = field_id(f);

    html(r, "<fieldset class=\"field%s\"", f->error != NULL ? " wrong" : "");
    if (f->hint != NULL || f->error != NULL)
        html(r, " aria-describedby=\"%s-%c\"", id, f->error != NULL ? 'e' : 'h');
    html(r, "><legend>%s", f->label);
    optional_mark(r, f);
    html(r, "</legend>");
    field_texts(r, f);
    html(r, "\n");
    for (size_t i = 0; i < f->n_options; i++)
        choice(r, f, i);
    html(r, "</fieldset>\n");
}

static void check_box(struct req *r, const struct ui_field *f)
{
    html(r, "<label class=\"pick\"><input type=\"checkbox\" name=\"%s\" id=\"%s\" value=\"1\"", f->name, field_id(f));
    if (f->value != NULL)
        html(r, " checked");
    else if (f->readonly)
        html(r, " disabled");
    if (f->error != NULL)
        html(r, " aria-describedby=\"%s-e\" aria-invalid=\"true\"", field_id(f));
    html(r, ">");
    if (f->hint != NULL)
        html(r, "<span>%s<span class=\"hint\">%s</span></span></label>\n", f->label, f->hint);
    else
        html(r, "%s</label>\n", f->label);
}

static void field_check(struct req *r, const struct ui_field *f)
{
    struct ui_field texts = *f;

    if (f->error == NULL) {
        check_box(r, f);
        return;
    }
    texts.hint = NULL;
    html(r, "<div class=\"field wrong\">");
    field_texts(r, &texts);
    check_box(r, f);
    html(r, "</div>\n");
}

/* ---- a field ---- */

static void control(struct req *r, const struct ui_field *f)
{
    switch (f->type) {
    case CONTROL_SELECT:
        control_select(r, f);
        break;
    case CONTROL_LONG:
        control_long(r, f);
        break;
    default:
        control_units(r, f);
    }
}

void ui_field(struct req *r, const struct ui_field *f)
{
    if (f->type == CONTROL_RADIO || f->type == CONTROL_CHECKS) {
        field_choices(r, f);
        return;
    }
    if (f->type == CONTROL_CHECK) {
        field_check(r, f);
        return;
    }
    html(r, "<div class=\"field%s\"><label for=\"%s\">%s", f->error != NULL ? " wrong" : "", field_id(f), f->label);
    optional_mark(r, f);
    html(r, "</label>");
    field_texts(r, f);
    control(r, f);
    html(r, "</div>\n");
}

void ui_pair_begin(struct req *r)
{
    html(r, "<div class=\"pair\">");
}

void ui_pair_end(struct req *r)
{
    html(r, "</div>\n");
}

/* ---- errors and steps ---- */

void ui_errors(struct req *r, const struct ui_error *v, size_t n)
{
    if (n == 0)
        return;
    html(r,
         "<div class=\"errors\" role=\"alert\" tabindex=\"-1\" aria-labelledby=\"errors-h\"><h2 id=\"errors-h\">%s</h2><ul>\n",
         T1(r, "ui.errors-count", say_count(r, (int64_t)n)));
    for (size_t i = 0; i < n; i++) {
        if (v[i].field != NULL)
            html(r, "<li><a href=\"%s\">%s</a></li>\n", url(r, "#%s", v[i].field), v[i].text);
        else
            html(r, "<li>%s</li>\n", v[i].text);
    }
    html(r, "</ul></div>\n");
}

void ui_steps(struct req *r, const struct ui_step *v, size_t n)
{
    html(r, "<ol class=\"steps\">");
    for (size_t i = 0; i < n; i++) {
        if (v[i].here)
            html(r, "<li aria-current=\"step\">");
        else
            html(r, "<li class=\"%s\">", v[i].done ? "done" : "later");
        if (v[i].href != NULL && !v[i].here)
            html(r, "<a href=\"%s\">%s</a></li>", link_to(v[i].href), v[i].label);
        else
            html(r, "%s</li>", v[i].label);
    }
    html(r, "</ol>\n");
}

/* ---- filters ---- */

void ui_filter_begin(struct req *r, const char *action, const char *label)
{
    html(r, "<form class=\"filter\" action=\"%s\" role=\"search\" aria-label=\"%s\">", link_to(action), label);
}

void ui_filter_field(struct req *r, const struct ui_field *f)
{
    html(r, "<label>%s", f->label);
    control(r, f);
    html(r, "</label>");
}

void ui_filter_end(struct req *r)
{
    html(r, "<button class=\"btn\">%s</button></form>\n", T(r, "ui.apply"));
}

void ui_chips(struct req *r, const struct ui_chip *v, size_t n)
{
    if (n == 0)
        return;
    html(r, "<ul class=\"chips\" aria-label=\"%s\">", T(r, "ui.filters-active"));
    for (size_t i = 0; i < n; i++) {
        html(r, "<li><a href=\"%s\">%s ", link_to(v[i].href), v[i].text);
        ui_icon(r, ICON_CROSS);
        html(r, "<span class=\"sr\">, %s</span></a></li>", T(r, "ui.filter-remove"));
    }
    html(r, "</ul>\n");
}

void ui_bulk(struct req *r, const struct ui_button *v, size_t n)
{
    html(r, "<div class=\"bulk\"><b>%s</b>", T(r, "ui.bulk"));
    for (size_t i = 0; i < n; i++)
        ui_button(r, &v[i]);
    html(r, "<span class=\"mute small\">%s</span></div>\n", T(r, "ui.bulk-no-decisions"));
}
