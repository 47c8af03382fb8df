/*
 * log_search.c: see log_search.h. Files are whole in memory, one at a time, and are read from their end.
 */
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "core/machine/log_search.h"
#include "os/log_file.h"

#define LIST_MAX 1000

struct search {
    int dir;
    const struct log_wanted *w;
    struct arena *a;
    struct log_found *v;
    size_t n, max;
    instant reached; /* time of the oldest line that was looked at */
    bool past;       /* what follows is older than wanted */
};

static const char *const levels[] = {"debug", "info", "warn", "error"};
_Static_assert(ARRAY_LEN(levels) == LEVEL_COUNT, "a name for each level");

/* ---- a line ---- */

/* The text up to the next blank; *s goes behind it. */
static const char *take_word(struct arena *a, const char **s)
{
    size_t n = strcspn(*s, " ");
    const char *word = arena_text_n(a, *s, n);

    *s += n + ((*s)[n] == ' ');
    return word;
}

static int level_of(const char *word)
{
    int i;

    for (i = 0; i < LEVEL_COUNT; i++)
        if (text_eq(levels[i], word))
            return i;
    return -1;
}

/* "2026-09-18T03:42:00.123Z": instant_iso_parse() knows no milliseconds. */
static int read_instant(struct arena *a, const char *s, instant *ret)
{
    int64_t ms;

    if (strlen(s) != strlen("2026-09-18T03:42:00.123Z") || s[19] != '.' ||
        text_int(arena_text_n(a, s + 20, 3), 0, 999, &ms) < 0 || instant_iso_parse(text_printf(a, "%.19sZ", s), ret) < 0)
        return E_FORMAT;
    ret->v += ms;
    return 0;
}

/* The value of " id=" at the end of the line, where every line of a request has it. */
static const char *id_of(struct arena *a, const char *rest)
{
    const char *at = strstr(rest, "id=");

    while (at != NULL && at != rest && at[-1] != ' ')
        at = strstr(at + 1, "id=");
    return at == NULL ? NULL : arena_text_n(a, at + 3, strcspn(at + 3, " "));
}

/* False for what is no line of ours: it is passed over. */
static bool read_line(struct arena *a, const char *line, struct log_found *ret)
{
    const char *s = line;
    int level;

    if (read_instant(a, take_word(a, &s), &ret->at) < 0)
        return false;
    level = level_of(take_word(a, &s));
    ret->level = (enum log_level)level;
    ret->event = take_word(a, &s);
    ret->rest = s;
    ret->id = id_of(a, s);
    return level >= 0;
}

static bool is_wanted(const struct log_wanted *w, const struct log_found *f)
{
    return (int)f->level >= w->level && (w->before.v == INSTANT_NONE.v || f->at.v < w->before.v) &&
           (w->event == NULL || text_starts(f->event, w->event)) && (w->id == NULL || text_eq(w->id, f->id));
}

/* ---- a file ---- */

static void look_at_line(struct search *s, struct arena *lot, const char *line)
{
    struct log_found f;

    if (!read_line(lot, line, &f))
        return;
    s->reached = f.at;
    if (s->w->from.v != INSTANT_NONE.v && f.at.v < s->w->from.v) {
        s->past = true;
        return;
    }
    if (!is_wanted(s->w, &f))
        return;
    f.event = arena_text(s->a, f.event);
    f.rest = arena_text(s->a, f.rest);
    f.id = f.id != NULL ? arena_text(s->a, f.id) : NULL;
    s->v[s->n++] = f;
}

/* From its end to its beginning, a line at a time. */
static void look_at_lines(struct search *s, struct bytes text)
{
    struct arena lot;
    size_t end = text.n;

    arena_init(&lot, 1 * MB);
    while (end > 0 && s->n < s->max && !s->past) {
        size_t from = end - 1; /* of the newline */

        while (from > 0 && text.p[from - 1] != '\n')
            from--;
        if (text.p[end - 1] == '\n') /* else it is still being written */
            look_at_line(s, &lot, arena_text_n(&lot, (const char *)text.p + from, end - 1 - from));
        end = from;
        arena_reset(&lot);
    }
    arena_finish(&lot);
}

static int look_at_file(struct search *s, const char *name)
{
    struct arena whole;
    struct bytes text;
    int e;

    arena_init(&whole, 3 * (size_t)LOG_FILE_BYTES);
    e = os_read_file(s->dir, name, &whole, 2 * (size_t)LOG_FILE_BYTES, &text);
    if (e == 0)
        look_at_lines(s, text);
    arena_finish(&whole);
    return e;
}

/* "20260918T034200.123-815.log": the moment of its first line, for leaving out files that are all too new. */
static bool begins_before(const char *name, instant before)
{
    struct time_of_day t;
    struct civil c;
    char at[32];

    if (before.v == INSTANT_NONE.v)
        return true;
    c = date_civil(instant_date(before, 0));
    t = instant_time(before, 0);
    (void)snprintf(at, sizeof at, "%04d%02d%02dT%02d%02d%02d.%03d", c.year, c.month, c.day, t.hour, t.minute, t.second,
                   (int)(before.v % 1000)); /* fits */
    return strncmp(name, at, strlen("20260918T034200.123")) <= 0;
}

int log_search(int dir, const struct log_wanted *w, size_t max, struct arena *a, struct log_found **ret, size_t *ret_n,
               bool *ret_more, instant *ret_reached)
{
    struct search s = {.dir = dir, .w = w, .a = a, .max = max, .reached = INSTANT_NONE};
    struct os_entry *files;
    size_t n, i, looked = 0;
    int e;

    s.v = arena_array(a, max, struct log_found);
    e = os_list(dir, a, LIST_MAX, &files, &n);
    for (i = n; e == 0 && i > 0 && s.n < max && !s.past && looked < LOG_SEARCH_FILES; i--) {
        if (!text_ends(files[i - 1].name, LOG_FILE_END) || !begins_before(files[i - 1].name, w->before))
            continue;
        e = look_at_file(&s, files[i - 1].name);
        looked++;
    }
    if (e < 0)
        return e;
    *ret = s.v;
    *ret_n = s.n;
    *ret_more = !s.past && (s.n == max || i > 0);
    *ret_reached = s.reached;
    return 0;
}
