/*
 * demo_days.c: the national days off of 2026, as the joint decree of three ministers names them.
 *
 * Compared with the published list of the decree. An instance that is not the demo loads its list with `terang import`.
 */
#include "core/codeset/codeset.h"
#include "main/demo_days.h"

#define BASIS "SKB Tiga Menteri Nomor 1497, 2, dan 5 Tahun 2025"

/* clang-format off */
static const char days[] =
    "date,name,kind\n"
    "2026-01-01,Tahun Baru Masehi,national\n"
    "2026-01-16,Isra Mikraj Nabi Muhammad SAW,national\n"
    "2026-02-16,Cuti Bersama Tahun Baru Imlek,joint-leave\n"
    "2026-02-17,Tahun Baru Imlek,national\n"
    "2026-03-18,Cuti Bersama Hari Suci Nyepi,joint-leave\n"
    "2026-03-19,Hari Suci Nyepi (Tahun Baru Saka),national\n"
    "2026-03-20,Cuti Bersama Hari Raya Idul Fitri,joint-leave\n"
    "2026-03-21,Hari Raya Idul Fitri,national\n"
    "2026-03-22,Hari Raya Idul Fitri (hari kedua),national\n"
    "2026-03-23,Cuti Bersama Hari Raya Idul Fitri,joint-leave\n"
    "2026-03-24,Cuti Bersama Hari Raya Idul Fitri,joint-leave\n"
    "2026-04-03,Wafat Yesus Kristus (Isa Al Masih),national\n"
    "2026-04-05,Kebangkitan Yesus Kristus (Paskah),national\n"
    "2026-05-01,Hari Buruh Internasional,national\n"
    "2026-05-14,Kenaikan Yesus Kristus (Isa Al Masih),national\n"
    "2026-05-15,Cuti Bersama Kenaikan Yesus Kristus,joint-leave\n"
    "2026-05-27,Hari Raya Idul Adha,national\n"
    "2026-05-28,Cuti Bersama Hari Raya Idul Adha,joint-leave\n"
    "2026-05-31,Hari Raya Waisak,national\n"
    "2026-06-01,Hari Lahir Pancasila,national\n"
    "2026-06-16,Tahun Baru Islam (1 Muharam),national\n"
    "2026-08-17,Hari Kemerdekaan Republik Indonesia,national\n"
    "2026-08-25,Maulid Nabi Muhammad SAW,national\n"
    "2026-12-24,Cuti Bersama Hari Raya Natal,joint-leave\n"
    "2026-12-25,Hari Raya Natal,national\n";
/* clang-format on */

int demo_days(struct app *app, const struct actor_mark *mark)
{
    const struct codeset_options options = {
        .version = "2026", .basis = BASIS, .valid_from = DATE_NONE, .valid_to = DATE_NONE, .mark = mark};
    struct codeset_report report = {0};
    struct arena a;
    int e;

    arena_init(&a, CODESET_ARENA_MAX);
    e = codeset_load(app, &a, codeset_spec_of("holiday"), &options, (struct bytes){(const uint8_t *)days, sizeof days - 1},
                     &report);
    arena_finish(&a);
    return e;
}
