/*
 * pages.h: the page functions of this folder for the route table in module.c, and the parts that they share.
 */
#ifndef CORE_USER_PAGES_H
#define CORE_USER_PAGES_H

#include "core/user/door.h"

/* login.c */
void page_login(struct req *r);
void page_login_try(struct req *r);
void page_own_place(struct req *r); /* /kerja: where the person works */
void page_logout(struct req *r);

/* factor.c */
void page_factor(struct req *r);
void page_factor_try(struct req *r);
void page_recovery(struct req *r);
void page_recovery_try(struct req *r);

/* 1 with *ret_step, 0 wrong, E_STATE right but used before, other negative: it could not be asked. */
MUST_USE int totp_check(struct req *r, const struct app_user *user, const struct user_secret *secret, const char *code,
                        int64_t *ret_step);

/* Takes one of the few tries that an account has. False: the answer was made. */
bool factor_may_try(struct req *r, int64_t user);

/* enrol.c */
void page_first_password(struct req *r);
void page_first_password_set(struct req *r);
void page_enrol(struct req *r);
void page_enrol_set(struct req *r);

/* QR code, secret and the form that proves them. */
void enrol_fields(struct req *r, const struct door_page *d, const char *action, const struct totp_secret *totp,
                  const char *login);

/* The sealed secret becomes that of *after when `code` is one of its codes: 1 with fresh recovery codes, 0 wrong, negative. */
MUST_USE int enrol_plan(struct req *r, const struct app_user *user, const char *sealed, const char *code,
                        struct user_secret *after, struct recovery_new **ret_recovery);

/* forgotten.c */
void page_forgotten(struct req *r);
void page_forgotten_ask(struct req *r);
void page_fresh(struct req *r);
void page_fresh_set(struct req *r);

/* address.c */
void page_address(struct req *r);
void page_address_set(struct req *r);
void page_language_set(struct req *r);
void page_confirm(struct req *r);
void page_confirm_set(struct req *r);

/* setup.c */
void page_setup(struct req *r);
void page_setup_take(struct req *r);

/* step_up.c */
void page_step_up(struct req *r);
void page_step_up_try(struct req *r);

/* account.c */
void page_account(struct req *r);
void page_password(struct req *r);
void page_password_set(struct req *r);
void page_recovery_renew(struct req *r);
void page_session_end(struct req *r);

/* The account of the one who asks. False: the answer was made; programs have none. */
struct own {
    struct session session;
    struct app_user user;
    struct user_secret secret;
};
bool own_get(struct req *r, struct own *ret);

/* address.c: address and language, on the page of the account. */
void show_mail(struct req *r, const struct own *own);

/* place.c: "Kota Tangerang", "Dinas Pendidikan, Kota Tangerang"; the place of a district or village officer by name and code.
 */
const char *grant_place(struct req *r, const struct grant *g);
struct grant grant_shown(const struct role_grant *g); /* of a stored one */
const char *region_place(struct req *r, int64_t place);
const char *role_name(struct req *r, const char *code);

/* delegation_page.c */
void page_delegation(struct req *r);
void page_delegation_offer(struct req *r);
void page_delegation_accept(struct req *r);
void page_delegation_refuse(struct req *r);
void page_delegation_end(struct req *r);
void page_user_delegation(struct req *r);
void page_user_delegation_propose(struct req *r);
void page_user_delegation_approve(struct req *r);
void page_user_delegation_refuse(struct req *r);
void page_user_delegation_end(struct req *r);

/* Those in which the person is one of the two; `managed`: for administrators. */
void show_delegations(struct req *r, int64_t person, bool managed);

/* The name of an account, "–" for none. */
const char *person_name(struct req *r, int64_t user);

/* token_page.c */
void show_tokens(struct req *r);
void page_token(struct req *r);
void page_token_make(struct req *r);
void page_token_revoke(struct req *r);

/* manage.c */
void page_users(struct req *r);
void page_user_new(struct req *r);
void page_user_make(struct req *r);
void page_user_reset(struct req *r);
void page_user_disable(struct req *r);
void page_user_enable(struct req *r);

/* manage_grant.c */
void page_user(struct req *r);
void page_grant(struct req *r);
void page_grant_propose(struct req *r);
void page_grant_approve(struct req *r);
void page_grant_refuse(struct req *r);
void page_grant_end(struct req *r);

#endif
