/*
 * layout.h: the frame of a page: head, navigation, footer, in three shells.
 *
 * The page function fills a struct page, calls page_begin(), writes the content of <main>, calls page_end(). Texts are
 * in the reader's language already, but for navigation tables, which are constants and hold keys.
 */
#ifndef UI_LAYOUT_H
#define UI_LAYOUT_H

#include "ui/component.h"
#include "ui/req.h"

#define GUIDE_PATH "/bantuan" /* the first page of the guide for users */

enum shell {
    SHELL_PUBLIC,     /* citizens, council, press: the government's name leads */
    SHELL_WORKSPACE,  /* staff of one government: navigation at the left, denser */
    SHELL_SUPERVISOR, /* KPK, province: dark bar, strip of scope */
    SHELL_BARE,       /* logging in: no navigation */
    SHELL_COUNT,
};

struct nav_item {
    const char *label; /* key into lang/ */
    const char *href;  /* own path; NULL: a heading above the items that follow (workspace only) */
};

struct crumb {
    const char *text;
    const char *href; /* NULL for the last one */
};

/* One fact of the supervisor's strip: "Periode" "Triwulan III 2026". A NULL label prints the value quietly. */
struct scope_fact {
    const char *label;
    const char *value;
};

/* How the letters of a government begin. All but `name` may be NULL. */
struct page_letter {
    const char *name;    /* "PEMERINTAH KOTA TANGERANG" */
    const char *address; /* postal, one line */
    const char *contact; /* telephone, mail, web: one line */
    const char *crest;   /* address of its picture; NULL: an empty shield */
};

/* What the pages of one government share. All but `name` and `home` may be NULL. */
struct page_gov {
    const char *name;                 /* "Kota Tangerang" */
    const char *home;                 /* "/kota-tangerang" */
    const char *motto;                /* small line under the name */
    const char *full;                 /* "Pemerintah Kota Tangerang" */
    const struct page_letter *letter; /* in the foot, and at the top of what is printed; NULL: none */
    const char *complaint;            /* where a complaint goes, words or an address */
    const char *record;               /* "1.204.511 catatan, belum disaksikan pihak luar." */
    const char *report;               /* where to report a bribe */
    const char *verify;               /* how the record is checked */
};

struct page {
    enum shell shell;
    const char *title; /* the h1's words; " – Kota Tangerang" or " – Terang" is added */
    bool wrong;        /* the form below has errors: the title begins with "Kesalahan:" */
    bool landscape;    /* prints on A4 landscape */
    int refresh;       /* seconds after which the page loads itself again; 0 = never */

    const struct crumb *crumbs;
    size_t n_crumbs;
    const struct nav_item *nav;
    size_t n_nav;
    const char *here; /* href of the navigation item this page belongs to; NULL for none */
    int64_t tasks;    /* count beside the item whose href is `tasks_href`; 0 shows none */
    const char *tasks_href;

    const struct page_gov *gov;         /* NULL: Terang itself leads (supervisor, bare) */
    const char *search;                 /* action of the search form in the workspace's head; NULL for none */
    const char *person;                 /* who is logged in; NULL: nobody, the public head shows "Masuk" */
    const struct ui_menu_item *account; /* items of the account menu */
    size_t n_account;
    int64_t unread; /* what the person has been told and not read; 0 shows none */
    const char *unread_href;
    const char *login;      /* NULL: no button */
    const char *logout;     /* action of the form that logs out; NULL for none */
    const char *other_lang; /* this page in the other language; NULL: no switch */

    const struct scope_fact *scope; /* supervisor only */
    size_t n_scope;
    const char *scope_change; /* address of "Ubah lingkup"; NULL for none */

    const char *about; /* two sentences about this page, folded at its end; NULL for none */
    const char *guide; /* where the guide speaks of it; NULL: no link to the guide, also in the footer */
    /* Whom the person who is logged in stands in for, and until when: said above everything. */
    const struct page_acting {
        const char *name;
        date until;
    } * acting;
    size_t n_acting;

    bool demo;       /* banner: invented people, real codes */
    bool styleguide; /* adds the stylesheet of /styleguide */
};

/* Everything up to and with <main> and the trail of crumbs. */
void page_begin(struct req *r, const struct page *p);

/* From </main> to </html>. */
void page_end(struct req *r, const struct page *p);

/* Letterhead that shows on paper only, with the office, which may be NULL. page_begin() writes it where page.gov has one. */
void page_letterhead(struct req *r, const struct page_letter *l, const char *office);

/* The same on the screen, to look at. */
void page_letter(struct req *r, const struct page_letter *l);

/* Places for signatures that show on paper only. */
struct page_signer {
    const char *role;
    const char *name; /* NULL leaves room to write */
};
void page_signers(struct req *r, const struct page_signer *v, size_t n);

/* The wordmark, and a government's crest (an empty shield until it has its own). */
void ui_wordmark(struct req *r);
void ui_crest(struct req *r);

/*
 * ---- states: what a page says when it cannot show what was asked for ----
 * Each answers three things: what happened, why, and what can be done. They are written inside <main>.
 */

/* Nothing there yet. `action` may be NULL. */
void state_empty(struct req *r, const char *title, const char *text, const struct ui_button *action);

/* Nothing matches: says what was looked for and how many there are without the last filter (0: says nothing of it). */
struct state_filtered {
    const char *asked;         /* "reklame, Kecamatan Benda, lewat waktu" */
    const char *without_label; /* "saringan kecamatan"; NULL for none */
    int64_t without_count;
    const char *without_href;
    const char *clear_href;
};
void state_filtered(struct req *r, const struct state_filtered *s);

/* A job is preparing the result; the page should set .refresh. */
void state_preparing(struct req *r, const char *title, int64_t done, int64_t total, const char *downloads_href);

/* Our fault: nothing typed is lost, `code` is for the officer and the log. `again` and `contact` may be NULL. */
void state_our_fault(struct req *r, const char *code, const char *again_href, const char *contact_href);

/* Not there, or not for this account: one page for both, so that nobody learns which. */
void state_not_found(struct req *r, const char *home_href, const char *role_href);

/* What was asked for cannot be done as it was asked: `text` says why, in the words of a title and a line. */
void state_refused(struct req *r, const char *title, const char *text, const char *home_href);

/* Logged in, the page exists for all, but this step is not theirs. `why` says it in words. */
void state_forbidden(struct req *r, const char *why, const char *back_href);

/* The session ended; the draft is kept. */
void state_session_over(struct req *r, int minutes, const char *login_href);

/* Too many tries, the writer away, the log on hold, no room: `text` says which, `seconds` when to come back (0: not said). */
void state_later(struct req *r, const char *title, const char *text, int seconds);

/*
 * Two people edited the same record: one row a field that differs, a choice in each. Inside a form of the caller; the
 * chosen value arrives under the field's name. "mine" is chosen where both are given and `theirs_chosen` is false.
 */
struct state_difference {
    const char *name;
    const char *label;
    const char *mine;
    const char *mine_value; /* what is sent */
    const char *theirs;
    const char *theirs_value;
    bool theirs_chosen;
};
void state_two_editors(struct req *r, const char *who, const char *when, const struct state_difference *v, size_t n);

#endif
