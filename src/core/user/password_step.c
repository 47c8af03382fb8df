/*
 * password_step.c: see password_step.h. Up to three hashes, one after the other, each with the connection parked.
 */
#include "base/text.h"
#include "core/user/password_step.h"

void password_owner(struct req *r, const char *login)
{
    html(r, "<input type=\"text\" autocomplete=\"username\" value=\"%s\" hidden>\n", login);
}

void new_password_fields(struct req *r, const struct door_page *d, bool second_factor)
{
    const char *least = text_printf(r->arena, "%d", second_factor ? PASSWORD_MIN_WITH_SECOND : PASSWORD_MIN_ALONE);
    const struct ui_field fresh = {.type = CONTROL_PASSWORD,
                                   .name = "new",
                                   .label = T(r, "password.new"),
                                   .hint = T1(r, "password.new-hint", least),
                                   .autocomplete = "new-password",
                                   .size = UI_SIZE_L};
    const struct ui_field again = {.type = CONTROL_PASSWORD,
                                   .name = "again",
                                   .label = T(r, "password.again"),
                                   .autocomplete = "new-password",
                                   .size = UI_SIZE_L};

    door_field(r, &fresh, d);
    door_field(r, &again, d);
}

static void refuse(struct req *r, struct password_step *s, const char *field, const char *key)
{
    const struct ui_error error = {field, T(r, key)};

    s->refused(r, s->arg, &error);
}

static void hashed(void *arg, const struct hash_answer *answer)
{
    struct password_step *s = arg;

    s->result = answer->result;
    (void)snprintf(s->phc, sizeof s->phc, "%s", answer->phc); /* a PHC string of ours fits */
    web_wake(s->parked);
}

static void came_back(struct req *r, void *arg);

static void ask(struct req *r, struct password_step *s, enum hash_task task, const char *password, const char *phc)
{
    int e;

    s->parked = web_park(r, came_back, s);
    e = hashpool_ask(core_of(r->app)->hashpool, task, password, phc, hashed, s);
    if (e < 0) {
        s->result = e;
        web_wake(s->parked);
    }
}

static void look_at_old(struct req *r, struct password_step *s)
{
    s->at = STEP_OTHER;
    if (s->other_than != NULL)
        ask(r, s, HASH_VERIFY, form_text(r, "new"), s->other_than);
    else {
        s->at = STEP_MAKE;
        ask(r, s, HASH_MAKE, form_text(r, "new"), NULL);
    }
}

static void came_back(struct req *r, void *arg)
{
    struct password_step *s = arg;

    if (s->result < 0) {
        door_later(r, 503, "login.busy", 5000);
        return;
    }
    switch (s->at) {
    case STEP_CURRENT:
        if (s->result == 1)
            look_at_old(r, s);
        else
            refuse(r, s, "current", "password.current-wrong");
        break;
    case STEP_OTHER:
        s->at = STEP_MAKE;
        if (s->result == 0)
            ask(r, s, HASH_MAKE, form_text(r, "new"), NULL);
        else
            refuse(r, s, "new", "password.same");
        break;
    case STEP_MAKE:
        s->good(r, s->arg, s->phc);
        break;
    }
}

void password_step(struct req *r, struct password_step *s)
{
    const char *fresh = form_text(r, "new"), *current = form_text(r, "current");
    enum password_rule rule = password_check(fresh, s->second_factor, &s->person);

    if (rule != PASSWORD_GOOD) {
        refuse(r, s, "new", password_rule_key(rule));
        return;
    }
    if (!text_eq(fresh, form_text(r, "again"))) {
        refuse(r, s, "again", "password.again-differs");
        return;
    }
    if (s->current == NULL) {
        look_at_old(r, s);
        return;
    }
    if (*current == '\0' || strlen(current) > PASSWORD_BYTES_MAX) {
        refuse(r, s, "current", "password.current-wrong");
        return;
    }
    s->at = STEP_CURRENT;
    ask(r, s, HASH_VERIFY, current, s->current);
}
