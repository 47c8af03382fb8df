/*
 * component.h: the parts of a page, each with the markup and the classes of assets/css.
 *
 * Texts are given in the reader's language (T() of req.h) and are escaped here. Addresses are made by url() or stored
 * links; each is checked by link_to() before it is printed. NULL means "without" everywhere. Structs are read during the
 * call only. All parts write to r->out at once; *_begin and *_end pairs stand where the caller has markup of its own.
 *
 * Structs begin with ui_, because engine and modules have fields, steps, tables and clocks of their own.
 *
 * Implemented in part.c (buttons, notes, lists), form.c, table.c, status.c and chart.c.
 */
#ifndef UI_COMPONENT_H
#define UI_COMPONENT_H

#include "ui/html.h"
#include "ui/lang.h"
#include "ui/req.h"

/* ---- tones and icons ---- */

/* Four tones are both a state and KPK's bands 1 to 4. */
enum tone {
    TONE_NONE,
    TONE_BAD,
    TONE_WARN,
    TONE_INFO,
    TONE_GOOD,
    TONE_COUNT,
};

/* The class of a tone: "", "bad", "warn", "info", "good". */
const char *tone_class(enum tone tone);

enum icon {
    ICON_NONE,
    ICON_CHECK,
    ICON_WARN,
    ICON_CROSS,
    ICON_CLOCK,
    ICON_INFO,
    ICON_PAUSE,
    ICON_LINK,
    ICON_SEAL,
    ICON_USER,
    ICON_MENU,
    ICON_DOWN,
    ICON_DOWNLOAD,
    ICON_UPLOAD,
    ICON_PRINT,
    ICON_PLUS,
    ICON_SEARCH,
    ICON_FILE,
    ICON_COUNT,
    ICON_OF_TONE = -1, /* the usual one: good check, bad and warn triangle, info clock, none nothing */
};

/* Inline and hidden from screen readers: a word always stands beside it. */
void ui_icon(struct req *r, enum icon icon);

/* ---- buttons, menus, links (part.c) ---- */

enum button_look {
    BUTTON_SECOND,    /* outline: the usual one */
    BUTTON_FIRST,     /* filled; one a page */
    BUTTON_BAD,       /* leads to something that cannot be taken back */
    BUTTON_BAD_FIRST, /* does it; on its own page only */
    BUTTON_PLAIN,     /* underlined words */
};

struct ui_button {
    const char *label;        /* verb and object */
    const char *href;         /* a link; NULL: a submit button */
    const char *name, *value; /* what a submit button sends */
    const char *formaction;   /* sends the form elsewhere */
    const char *form;         /* id of a form it stands outside of */
    enum button_look look;
    enum icon icon;
    const char *sr;      /* words added for screen readers: "Hapus" + " denah.pdf" */
    const char *blocked; /* why it cannot be used now: the button is dashed and the reason stands beside it */
};

void ui_button(struct req *r, const struct ui_button *b);

/* A row of buttons. With begin and end also menus may stand in it. */
void ui_buttons(struct req *r, const struct ui_button *v, size_t n);
void ui_acts_begin(struct req *r);
void ui_acts_end(struct req *r);

struct ui_menu_item {
    const char *label;
    const char *href;
};

/* "Lainnya": three or more rare actions. Opens without script. */
void ui_menu(struct req *r, const char *label, enum icon icon, const struct ui_menu_item *v, size_t n);

struct ui_tab {
    const char *label;
    const char *href;
    int64_t count; /* -1: none shown */
    enum tone tone;
    bool here;
};

/* Views of a list, or sections of a page. `label` names the row for screen readers. */
void ui_tabs(struct req *r, const char *label, const struct ui_tab *v, size_t n);

/* ---- head of a page, notes, explanations (part.c) ---- */

/* h1, a quiet line under it, buttons at the right. */
void ui_head(struct req *r, const char *title, const char *line, const struct ui_button *v, size_t n);

/* For heads with more in them: html() after begin writes into the left part, ui_head_acts() closes it and opens the right. */
void ui_head_begin(struct req *r, const char *title);
void ui_head_acts(struct req *r);
void ui_head_end(struct req *r);

/* Two columns: main and aside of 19 rem. */
void ui_split_begin(struct req *r);
void ui_split_aside(struct req *r);
void ui_split_end(struct req *r);

/* A section with its h2. `id` may be NULL. */
void ui_section_begin(struct req *r, const char *id, const char *title);
void ui_section_end(struct req *r);

/* A panel in the aside, with an h2. */
void ui_panel_begin(struct req *r, const char *title);
void ui_panel_end(struct req *r);

/* Something to know here and now; at most two a page. `strong` is printed bold before `text`. */
void ui_note(struct req *r, enum tone tone, const char *strong, const char *text);
void ui_note_begin(struct req *r, enum tone tone);
void ui_note_end(struct req *r);

/* "How was this computed": folded. */
void ui_more_begin(struct req *r, const char *summary);
void ui_more_end(struct req *r);

/* ---- forms (form.c) ---- */

#define CSRF_FIELD "csrf"

enum ui_form_way {
    FORM_GET,   /* searches and filters: state is the address */
    FORM_POST,  /* carries the csrf token */
    FORM_FILES, /* POST with uploads */
};

/* <form class="form">. `id` may be NULL. */
void ui_form_begin(struct req *r, const char *id, const char *action, enum ui_form_way way);
void ui_form_end(struct req *r);
void ui_hidden(struct req *r, const char *name, const char *value);

/* The csrf token alone, for forms written by hand. */
void ui_csrf(struct req *r);

enum ui_control {
    CONTROL_TEXT,
    CONTROL_LONG,   /* several lines */
    CONTROL_NUMBER, /* accepts 4,5 and 48.500 */
    CONTROL_MONEY,  /* rupiah, "Rp" before it */
    CONTROL_DATE,   /* one text field: 30-9-2026 */
    CONTROL_SELECT,
    CONTROL_RADIO,  /* up to six */
    CONTROL_CHECK,  /* one box; `value` not NULL is ticked; sends "1" */
    CONTROL_CHECKS, /* several boxes of one name; `chosen` */
    CONTROL_FILE,
    CONTROL_EMAIL,
    CONTROL_PHONE,
    CONTROL_PASSWORD, /* the value is never printed */
    CONTROL_SEARCH,
    CONTROL_COUNT,
};

enum ui_size {
    UI_SIZE_DEFAULT,
    UI_SIZE_S,
    UI_SIZE_M,
    UI_SIZE_L,
};

struct ui_choice {
    const char *value;
    const char *label;
    const char *hint; /* radio and checks only */
};

struct ui_field {
    enum ui_control type;
    const char *name;
    const char *id; /* NULL: the name */
    const char *label;
    const char *hint;
    const char *error; /* the same words as in the error summary */
    const char *value; /* as typed, also when it is wrong */
    bool optional;     /* "(tidak wajib)" after the label */
    bool readonly;
    enum ui_size size;
    const char *unit;        /* after the control: "m" */
    const char *placeholder; /* an example, never the label */
    const char *inputmode;   /* NULL: what the type suggests */
    const char *autocomplete;
    const char *accept; /* files: ".pdf,.jpg" */
    bool multiple;      /* files */
    int maxlength;      /* 0: none */
    const struct ui_choice *options;
    size_t n_options;
    const char *choose;        /* select: first line without a value, "Pilih kelurahan"; NULL for none */
    const char *const *chosen; /* checks: the ticked values */
    size_t n_chosen;
};

/* Label, hint, error, control, in this order, as .field or fieldset. */
void ui_field(struct req *r, const struct ui_field *f);

/* Fields side by side; they wrap on a phone. */
void ui_pair_begin(struct req *r);
void ui_pair_end(struct req *r);

struct ui_error {
    const char *field; /* id of the control; NULL: of the whole form */
    const char *text;
};

/* Above the form after every failed submit, also with one error. Nothing when n is 0. Set page.wrong as well. */
void ui_errors(struct req *r, const struct ui_error *v, size_t n);

struct ui_step {
    const char *label;
    const char *href; /* NULL: not yet to be opened */
    bool done;
    bool here;
};
void ui_steps(struct req *r, const struct ui_step *v, size_t n);

/* Filter above a list: an ordinary GET form. Fields between begin and end are written by ui_filter_field(). */
void ui_filter_begin(struct req *r, const char *action, const char *label);
void ui_filter_field(struct req *r, const struct ui_field *f);
void ui_filter_end(struct req *r);

struct ui_chip {
    const char *text; /* "Kecamatan: Tangerang" */
    const char *href; /* the list without this filter */
};
void ui_chips(struct req *r, const struct ui_chip *v, size_t n);

/* What can be done with the ticked rows; inside the form that also holds the table. Never decisions. */
void ui_bulk(struct req *r, const struct ui_button *v, size_t n);

/* ---- tables (table.c) ---- */

enum ui_sort {
    UI_SORT_CANNOT, /* the column does not sort */
    UI_SORT_NONE,
    UI_SORT_UP,
    UI_SORT_DOWN,
};

struct ui_column {
    const char *label;
    const char *fold; /* shorter label on a phone; NULL: the same */
    const char *sort_href;
    enum ui_sort sort;
    bool num;    /* right-aligned figures */
    bool head;   /* its cells are row headers (th scope=row): one column a table */
    bool hidden; /* the label is for screen readers only */
    bool bar;    /* holds a twin bar */
    bool nowrap;
};

struct ui_table {
    const char *caption; /* for screen readers, and says "rupiah" where cells do */
    const struct ui_column *columns;
    size_t n;
    bool fold;   /* becomes a labelled list on a phone */
    bool pin;    /* first column stays while the rest scrolls */
    bool tree;   /* rows by ui_tree_row_begin() */
    bool heat;   /* cells by ui_heat_cell() */
    bool wide;   /* can never fit: scrolls inside the page also on a desk */
    bool scroll; /* pans on a phone; implied by wide, heat and tree */
};

/* Up to <tbody>. */
void ui_table_begin(struct req *r, const struct ui_table *t);
void ui_table_end(struct req *r, const struct ui_table *t);

/* A table with a row of totals: closes the body and opens the foot; then ui_table_foot_end() instead of ui_table_end(). */
void ui_table_foot(struct req *r);
void ui_table_foot_end(struct req *r, const struct ui_table *t);

void ui_row_begin(struct req *r, bool alarm);
void ui_row_end(struct req *r);

/* A heading inside the table, over all columns. */
void ui_row_group(struct req *r, const struct ui_table *t, const char *text);

/* A cell of column `col`: its tag, class and folded label come from the column. */
void ui_cell(struct req *r, const struct ui_table *t, size_t col, const char *text);
void ui_cell_link(struct req *r, const struct ui_table *t, size_t col, const char *text, const char *href);
void ui_cell_begin(struct req *r, const struct ui_table *t, size_t col);
void ui_cell_end(struct req *r, const struct ui_table *t, size_t col);

/* Second, quiet line inside a cell. */
void ui_sub(struct req *r, const char *text);

/* The tick at the beginning of a row; `what` names the row for screen readers. */
void ui_cell_tick(struct req *r, const char *name, const char *value, const char *what);

/* Levels 1 to 5 of a tree. */
void ui_tree_row_begin(struct req *r, int level, bool alarm);

/* A cell that spans `span` columns, as the upper rows of a tree do. It is the row's header. */
void ui_cell_span_begin(struct req *r, int span);
void ui_cell_span_end(struct req *r);

/* A number in a tinted cell; `href` opens what is behind it. */
void ui_heat_cell(struct req *r, enum tone tone, const char *text, const char *href);

struct ui_pager {
    int64_t from, to;  /* of the rows shown, from 1; 0, 0: none */
    int64_t total;     /* -1: not counted */
    const char *order; /* "paling mendesak di atas" */
    const char *previous, *next;
};
void ui_pager(struct req *r, const struct ui_pager *p);

/* A list of things to do or to choose: a linked title, facts after it, something at the right. */
void ui_rows_begin(struct req *r);
void ui_rows_end(struct req *r);
struct ui_row_item {
    const char *title;
    const char *href;
    const char *text;         /* a quiet sentence below */
    const char *const *facts; /* or short facts in a row */
    size_t n_facts;
};
void ui_row_item_begin(struct req *r, const struct ui_row_item *item); /* then html() for the right side */
void ui_row_item_end(struct req *r);

/* ---- how things stand (status.c) ---- */

/* The state word of a workflow. One a row. */
void ui_tag(struct req *r, enum tone tone, enum icon icon, const char *text);

/* A count in a pill; for screen readers followed by `what`. */
void ui_count(struct req *r, enum tone tone, int64_t n, const char *what);

/*
 * KPK's band: 1 to 4 filled bars, the score (1/100 point, INT_NONE for none) and the word. `quiet` leaves the word to
 * screen readers, for tables. The level comes with the score from whoever knows the thresholds of the year.
 */
void ui_band(struct req *r, int level, int64_t score, bool quiet);
enum tone band_tone(int level);

/* A score in 1/100 point as text: "71,6", rounded half up. */
const char *say_score(struct req *r, int64_t score);

/* Two numbers in one bar, in 1/100 point of 100: self-reported (outline), verified (fill), target (tick; INT_NONE: none). */
void ui_twin(struct req *r, enum tone tone, int64_t self, int64_t verified, int64_t goal);

enum ui_clock_state {
    CLOCK_WAITING, /* not yet counted */
    CLOCK_RUNNING,
    CLOCK_STOPPED, /* waits for the applicant */
    CLOCK_LATE,
    CLOCK_DONE,
};

struct ui_clock {
    int used;  /* working days used, today included while it runs; over `total` when late */
    int total; /* the limit; 0: a day was set, with .brief; no cells, and .used is the negative of the days left */
    enum ui_clock_state state;
    date due;   /* DATE_NONE: not known yet */
    date since; /* stopped since */
    bool soon;  /* warn although days are left: a stage has a limit of its own */
    bool brief; /* in a table: only the date, or "lewat 1 hari" */
};

/* One cell a working day of a limit; over 14 days a cell is a share. The text carries day, limit and due date. */
void ui_clock(struct req *r, const struct ui_clock *c);

struct ui_figure {
    const char *label;
    const char *number;
    const char *context;
    const char *href;
    enum tone tone;
    bool big;
};
void ui_figures(struct req *r, const struct ui_figure *v, size_t n);

/* Facts of one record: label and value. `roomy` for the main column. */
void ui_facts_begin(struct req *r, bool roomy);
void ui_fact(struct req *r, const char *label, const char *value);
void ui_fact_num(struct req *r, const char *label, const char *value);
void ui_fact_begin(struct req *r, const char *label);
void ui_fact_end(struct req *r);
void ui_facts_end(struct req *r);

enum trail_state {
    TRAIL_DONE,
    TRAIL_NOW,
    TRAIL_TODO,
};
struct ui_trail_item {
    const char *what;
    const char *when; /* time, unit, person */
    const char *text; /* a reason or remark */
    enum trail_state state;
};
void ui_trail(struct req *r, const struct ui_trail_item *v, size_t n);

/* The thread through the modules: usulan, RKPD, RKA, SP2D. */
struct ui_chain_item {
    const char *label;
    const char *text;
    const char *href;
    enum trail_state state;
};
void ui_chain(struct req *r, const struct ui_chain_item *v, size_t n);

/* Verdicts: a tone, a strong line, a quiet explanation. */
struct ui_verdict {
    enum tone tone;
    const char *strong;
    const char *text;
};
void ui_verdicts(struct req *r, const struct ui_verdict *v, size_t n);

struct ui_proof {
    int64_t entry; /* number of the leaf, from 1 */
    instant at;
    const char *witnesses; /* "Provinsi Banten dan KPK"; NULL: not witnessed yet */
    const char *href;
};
/* The quiet last line of every record. */
void ui_proof(struct req *r, const struct ui_proof *p);

/* ---- values in the reader's form (status.c) ---- */

const char *say_count(struct req *r, int64_t n);    /* 1.204.511; "–" for INT_NONE */
const char *say_rupiah(struct req *r, money m);     /* Rp1.234.567, sen only where there are some; "–" for none */
const char *say_amount(struct req *r, money m);     /* the same without Rp, for cells */
const char *say_day(struct req *r, date d);         /* 18 September 2026 */
const char *say_day_brief(struct req *r, date d);   /* 18 Sep 2026 */
const char *say_weekday(struct req *r, date d);     /* Jumat, 18 September 2026 */
const char *say_moment(struct req *r, instant t);   /* 14 September 2026 pukul 09.14 WIB */
const char *say_percent(struct req *r, int64_t bp); /* basis points: 94,1 % */
const char *say_size(struct req *r, int64_t bytes); /* 1,2 MB */
void ui_money(struct req *r, money m);              /* a cell's figure; a negative one red, with U+2212 */

/* ---- charts (chart.c): server-made SVG, a table beside ---- */

struct ui_series {
    const char *label;
    const int64_t *v; /* 1/100 point, INT_NONE for a gap */
    size_t n;
    bool second; /* dashed: the self-reported one */
};

struct ui_chart {
    const char *id; /* unique in the page */
    const char *title;
    const char *const *ticks; /* labels of the x axis, for example months */
    size_t n_ticks;
    int64_t max;  /* of the y axis, 1/100; 0: 100.00, always whole */
    int64_t goal; /* INT_NONE: none */
    const struct ui_series *series;
    size_t n_series;
};

/* A line chart of 640 x 220 with direct labels, and its numbers as a folded table. */
void ui_chart(struct req *r, const struct ui_chart *c);

/* A small one of 208 x 92 for comparisons; `title` becomes the linked caption, `value` stands at the right. */
void ui_chart_small(struct req *r, const struct ui_chart *c, const char *href, const char *value);
void ui_multi_begin(struct req *r);
void ui_multi_end(struct req *r);

/* QR code of an own, absolute address; `label` for screen readers. E_LIMIT when the text is too long for a code. */
int ui_qr(struct req *r, const char *text, const char *label);

#endif
