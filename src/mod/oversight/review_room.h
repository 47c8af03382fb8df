/*
 * review_room.h: the meeting room as it is read, typed into and shown; shared by its page and its form.
 */
#ifndef MOD_OVERSIGHT_REVIEW_ROOM_H
#define MOD_OVERSIGHT_REVIEW_ROOM_H

#include "core/gov/gov.h"
#include "engine/web.h"
#include "mod/oversight/oversight.h"
#include "mod/oversight/review.h"

/* Fields of the form of one topic; "text" to "deadline" are a commitment, a recommendation, and whose both are. */
#define ROOM_FIELDS 6
extern const char *const room_fields[ROOM_FIELDS];
enum room_field { ROOM_FOUND, ROOM_CONCLUSION, ROOM_TEXT, ROOM_ADVICE, ROOM_AGENCY, ROOM_DEADLINE };

struct room {
    struct review v;
    size_t at; /* topic that is shown, of v.topics */
    bool open; /* the one who asks may write */
    struct gov_item *agencies;
    size_t n_agencies;
    struct earlier *before;
    size_t n_before;

    const char **typed; /* by enum room_field; NULL: nothing was sent */
    struct ui_error *errors;
    size_t n_errors;
    bool conflict; /* somebody stored the topic meanwhile: both are shown */
};

/* 1; 0 for what is not there. `topic` is a number as it stands in the address, NULL for the first that is open. */
MUST_USE int room_read(struct req *r, int64_t id, const char *topic, struct room *ret);
void room_show(struct req *r, const struct room *m);

#endif
