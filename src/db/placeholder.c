/*
 * placeholder.c: ?1 of the common SQL text to $1 of PostgreSQL.
 *
 * Texts in '...', names in "...", and comments pass unchanged. Not a parser of SQL: it only has to know where a question
 * mark is not a parameter.
 */
#include "db/driver.h"

/* Where the quoted piece that begins at s ends (its closing character), or NULL when it does not. */
static const char *end_of_quoted(const char *s)
{
    char quote = *s;

    for (s++; *s != '\0'; s++) {
        if (*s != quote)
            continue;
        if (s[1] != quote)
            return s;
        s++;
    }
    return NULL;
}

static const char *end_of_comment(const char *s)
{
    const char *end;

    if (s[1] == '-') {
        end = strchr(s, '\n');
        return end != NULL ? end : s + strlen(s) - 1;
    }
    end = strstr(s + 2, "*/");
    return end != NULL ? end + 1 : NULL;
}

char *postgresql_text(const char *sql)
{
    char *out = strdup(sql);
    const char *s;

    if (out == NULL)
        memory_gone(strlen(sql));
    for (s = sql; *s != '\0'; s++) {
        if (*s == '\'' || *s == '"')
            s = end_of_quoted(s);
        else if ((*s == '-' && s[1] == '-') || (*s == '/' && s[1] == '*'))
            s = end_of_comment(s);
        else if (*s == '?' && (s[1] < '1' || s[1] > '9'))
            s = NULL;
        else if (*s == '?')
            out[s - sql] = '$';
        if (s == NULL) {
            free(out);
            return NULL;
        }
    }
    return out;
}
