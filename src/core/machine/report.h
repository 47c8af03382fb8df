/*
 * report.h: the look that the parent's child took (main/look.c), as pages read it; and what each finding is about.
 */
#ifndef CORE_MACHINE_REPORT_H
#define CORE_MACHINE_REPORT_H

#include "base/arena.h"
#include "base/base.h"
#include "ui/req.h"

/* What a finding is about, and so how bad: the first can cost data. */
enum machine_area {
    AREA_DATA,
    AREA_LEDGER,
    AREA_BACKUP,
    AREA_LOCK,
    AREA_FOLDER,
    AREA_ADDRESS,
    AREA_WORK,
    AREA_MAIL,
    AREA_ACCOUNT,
    AREA_COUNT,
};

struct machine_finding {
    const char *word; /* "backup-never": text "doctor.WORD" with a and b */
    const char *a, *b;
    bool note; /* worth reading, nothing wrong */
    enum machine_area area;
};

struct machine_report {
    struct machine_finding *findings; /* worst first, notes last */
    size_t n, wrong;                  /* all of them; those that are no notes */
    bool complete;                    /* everything could be looked at */
    bool has_backup_key;
    instant archive_at, keys_at; /* INSTANT_NONE: never */
};

/* All in `a`; E_FORMAT for a text that main/look.c did not write. */
MUST_USE int machine_report_read(struct arena *a, const char *text, struct machine_report *ret);

/* The finding's sentence, its area's name, and where the guide speaks of it. */
const char *machine_finding_text(struct req *r, const struct machine_finding *f);
const char *machine_area_word(struct req *r, enum machine_area area);
const char *machine_area_guide(enum machine_area area);

/* Which area a word of doctor belongs to; -1: to none, a test asks. */
int machine_area_of(const char *word);

#endif
