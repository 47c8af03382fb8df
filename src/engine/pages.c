/*
 * pages.c: the table of routes that each screen gets.
 */
#include "engine/attachment.h"
#include "engine/comment.h"
#include "engine/flow.h"
#include "engine/api.h"
#include "engine/form.h"
#include "engine/import.h"
#include "engine/list_page.h"
#include "engine/pages.h"

static bool masks(const struct screen *s)
{
    return has_masked(s->entity);
}

static bool flows(const struct screen *s)
{
    return s->flow != NULL;
}

static bool has_attachments(const struct screen *s)
{
    return s->attachments;
}

static bool has_comments(const struct screen *s)
{
    return s->comments;
}

/* clang-format off */
#define LIMIT_IMPORT {.body = HTTP_BODY_FORM, .body_max = 256 * KB, .file_max = IMPORT_FILE_MAX, .files_max = 1}
#define SCREEN(method_, path_, act_, page_, ...) \
    {.method = HTTP_##method_, .path = (path_), .act = (act_), .page = (page_), ##__VA_ARGS__}

#define API(...) SCREEN(__VA_ARGS__, .api = true)

const struct screen_route screen_routes[] = {
    SCREEN(GET,  "",                "read",   list_page),
    SCREEN(POST, "/tampilan",       "read",   view_save_page, .limits = LIMIT_FORM),
    SCREEN(POST, "/tampilan/{id}/hapus", "read", view_drop_page, .limits = LIMIT_FORM),
    SCREEN(GET,  "/unduh/csv",      "read",   export_page), /* personal columns ask for export themselves */
    SCREEN(GET,  "/unduh/xlsx",     "read",   export_page),
    SCREEN(POST, "/unduh/csv",      "read",   export_ask_page, .limits = LIMIT_FORM),
    SCREEN(POST, "/unduh/xlsx",     "read",   export_ask_page, .limits = LIMIT_FORM),
    SCREEN(GET,  "/baru",           "create", form_new_page),
    SCREEN(POST, "/baru",           "create", form_new_post,  .limits = LIMIT_FORM),
    SCREEN(POST, "/draf",           "read",   draft_post,     .limits = LIMIT_FORM), /* asks for create or edit itself */
    SCREEN(GET,  "/{id}",           "read",   detail_page),
    SCREEN(GET,  "/{id}/ubah",      "edit",   form_edit_page),
    SCREEN(POST, "/{id}/ubah",      "edit",   form_edit_post, .limits = LIMIT_FORM),
    SCREEN(GET,  "/{id}/batal",     "void",   void_page),
    SCREEN(POST, "/{id}/batal",     "void",   void_post,      .limits = LIMIT_FORM),
    SCREEN(POST, "/{id}/tampilkan", "reveal", reveal_post,    .limits = LIMIT_FORM, .has = masks),
    SCREEN(GET,  "/{id}/bukti",     "read",   proof_page),
    SCREEN(GET,  "/{id}/langkah/{verb}", "read", flow_step_page, .has = flows),
    SCREEN(POST, "/{id}/langkah/{verb}", "read", flow_step_post, .limits = LIMIT_FORM, .has = flows),

    API(GET,     "",                     "read",   api_list),
    API(POST,    "",                     "create", api_create,  .limits = LIMIT_JSON),
    API(GET,     "/{id}",                "read",   api_get),
    API(PATCH,   "/{id}",                "edit",   api_change,  .limits = LIMIT_JSON),
    API(POST,    "/{id}/batal",          "void",   api_void,    .limits = LIMIT_JSON),
    API(POST,    "/{id}/langkah/{verb}", "read",   api_step,    .limits = LIMIT_JSON, .has = flows), /* each step asks its own */
    API(GET,     "/{id}/riwayat",        "read",   api_history),
    SCREEN(POST, "/{id}/catatan",                 "comment", comment_post,          .limits = LIMIT_FORM,  .has = has_comments),
    SCREEN(POST, "/{id}/catatan/{catatan}/tarik", "comment", comment_withdraw_post, .limits = LIMIT_FORM,  .has = has_comments),
    SCREEN(POST, "/{id}/berkas",                  "edit",    attachment_post,       .limits = LIMIT_FILES, .has = has_attachments),
    SCREEN(GET,  "/{id}/berkas/{berkas}",         "read",    attachment_page,       .has = has_attachments),
    SCREEN(GET,  "/{id}/berkas/{berkas}/lihat",   "read",    attachment_view_page,  .has = has_attachments),
    SCREEN(GET,  "/{id}/berkas/{berkas}/gambar/{halaman}", "read", attachment_picture_page, .has = has_attachments),
    SCREEN(POST, "/{id}/berkas/{berkas}/batal",   "edit",    attachment_void_post,  .limits = LIMIT_FORM,  .has = has_attachments),
    SCREEN(GET,  "/impor",                "import", import_page),
    SCREEN(POST, "/impor",                "import", import_post,     .limits = LIMIT_IMPORT),
    SCREEN(GET,  "/impor/templat/{jenis}", "import", import_template),
    SCREEN(GET,  "/impor/periksa/{run}",  "import", import_run_page),
    SCREEN(POST, "/impor/periksa/{run}",  "import", import_run_post, .limits = LIMIT_FORM),
};
/* clang-format on */

const size_t screen_routes_n = ARRAY_LEN(screen_routes);
