"""lint_selftest.py: does each lint tool notice a bad example of each kind, and leave good ones alone? Speaks TAP.

A case is a tool, a small tree of files and a part of the fault it must report; None means that it must stay silent.
"""

import pathlib
import subprocess
import sys
import tempfile

import lint_arrows
import lint_assets
import lint_asvs
import lint_log
import lint_shape
import lint_sql
import lint_words

HOUSE = {
    "src/base/text.h": "", "src/os/os.h": "", "src/db/db.h": "", "src/http/http.h": "", "src/ui/html.h": "",
    "src/ledger/ledger.h": "", "src/engine/entity.h": "", "src/core/user.h": "", "src/mod/planning/planning.h": "",
    "src/mod/audit/audit.h": "", "src/mod/audit/audit_query.h": "", "src/main/modules.h": "",
}


def arrow(name, source, expected):
    return (lint_arrows, HOUSE | {name: source}, expected)


def log_call(call, expected):
    return (lint_log, {"src/base/log.c": 'shapes[] = {{SHAPE_WORD, "step why"}};\n', "src/core/a.c": call}, expected)


def c_file(name, body=""):
    return f"/*\n * {name}: an example.\n */\n{body}"


LONG = "int f(void)\n{\n" + "    g();\n" * 69 + "}\n"
FITS = "int f(void)\n{\n" + "    g();\n" * 68 + "}\n"
UNPACKABLE = "".join(f".c{i * 7919 % 100003}{{top:{i * 31 % 977}px}}\n" for i in range(6000))
ASVS = "id,level,applies,where,test\n"


def asvs(rows, expected, **more):
    return (lint_asvs, {"docs/asvs.csv": ASVS + rows} | more.get("files", {}), expected)


CASES = {
    "arrow_to_the_right_is_good": arrow("src/engine/a.c", '#include "db/db.h"\n#include "ui/html.h"\n', None),
    "arrow_upward": arrow("src/db/a.c", '#include "engine/entity.h"\n', "arrow upward: db may not include engine"),
    "ui_needs_only_base": arrow("src/ui/a.c", '#include "os/os.h"\n', "ui may not include os"),
    "ledger_and_http_do_not_know_each_other": arrow("src/ledger/a.c", '#include "http/http.h"\n', "ledger may not include http"),
    "core_may_not_know_modules": arrow("src/core/a.c", '#include "mod/audit/audit.h"\n', "core may not include mod"),
    "arrow_in_a_comment_is_none": arrow("src/db/a.c", '/* #include "engine/entity.h" */\n', None),
    "arrow_after_a_string_is_seen": arrow("src/db/a.c", 'char *s = "/*";\n#include "engine/entity.h"\n', "arrow upward"),
    "arrow_from_a_deeper_folder": arrow("src/os/deep/a.c", '#include "db/db.h"\n', "os may not include db"),
    "include_of_a_missing_file": arrow("src/db/a.c", '#include "base/nothing.h"\n', "does not exist"),
    "include_from_an_unknown_folder": arrow("src/db/a.c", '#include "util/x.h"\n', "begins with no folder of src"),
    "include_beside_must_be_there": arrow("src/db/a.c", '#include "other.h"\n', "is not in this folder"),
    "folder_outside_the_house": arrow("src/util/a.c", "", "is not a folder of the house"),
    "budget_may_see_planning": arrow("src/mod/budget/a.c", '#include "mod/planning/planning.h"\n', None),
    "planning_may_not_see_budget": (
        lint_arrows, HOUSE | {"src/mod/budget/budget.h": "", "src/mod/planning/a.c": '#include "mod/budget/budget.h"\n'},
        "module planning may not include module budget"),
    "oversight_reads_published_queries": arrow("src/mod/oversight/a.c", '#include "mod/audit/audit_query.h"\n', None),
    "oversight_reads_nothing_else": arrow("src/mod/oversight/a.c", '#include "mod/audit/audit.h"\n', "may not include module audit"),
    "sqlite_outside_db": arrow("src/engine/a.c", "#include <sqlite3.h>\n", "hidden behind db"),
    "libmicrohttpd_outside_http": arrow("src/core/a.c", "#include <microhttpd.h>\n", "hidden behind http"),
    "cmocka_outside_tests": arrow("src/core/a.c", "#include <cmocka.h>\n", "cmocka belongs into tests"),
    "a_test_may_use_a_hidden_library": arrow("src/core/a_test.c", "#include <sqlite3.h>\n", None),
    "cmocka_in_a_test_is_good": arrow("src/core/a_test.c", "#include <cmocka.h>\n", None),

    "sql_run_as_text": (lint_sql, {"src/core/a.c": 'sqlite3_exec(db, "x", 0, 0, 0);\n'}, "sqlite3_exec outside src/db"),
    "sql_run_as_text_by_libpq": (lint_sql, {"src/engine/a.c": 'PQexec(c, "x");\n'}, "PQexec outside src/db"),
    "sql_run_by_db_is_good": (lint_sql, {"src/db/a.c": 'sqlite3_exec(db, "BEGIN", 0, 0, 0);\n'}, None),
    "sql_of_a_test_is_good": (lint_sql, {"src/core/a_test.c": 'sqlite3_exec(db, "x", 0, 0, 0);\n'}, None),
    "sql_by_printf": (lint_sql, {"src/core/a.c": 'text_printf(a, "SELECT id FROM " "%s", t);\n'}, "SQL built with text_printf"),
    "sql_by_buffer": (lint_sql, {"src/mod/x/a.c": 'buf_add(b, " ORDER BY ");\n'}, "SQL built with buf_add"),
    "sql_by_printf_over_lines": (
        lint_sql, {"src/core/a.c": '\nbuf_printf(b,\n  "UPDATE permit SET "\n  "x = %s", v);\n'}, "src/core/a.c:2: SQL built"),
    "sql_of_the_generator_is_good": (lint_sql, {"src/engine/sql_list.c": 'buf_printf(b, "SELECT %s FROM x", c);\n'}, None),
    "prose_with_sql_words_is_good": (lint_sql, {"src/core/a.c": 'text_printf(a, "select a row from the list: %s", x);\n'}, None),
    "sql_constant_is_good": (lint_sql, {"src/core/a.c": 'const struct query q = {.sql = "SELECT 1 FROM t WHERE id = ?1"};\n'}, None),

    "header_comment_is_good": (lint_shape, {"src/base/a.c": c_file("a.c", FITS)}, None),
    "header_comment_missing": (lint_shape, {"src/base/a.c": "int x;\n"}, "no header comment"),
    "header_comment_of_another_file": (lint_shape, {"src/base/a.c": c_file("b.c")}, 'does not begin with "a.c:'),
    "fuzz_file_needs_its_header_comment_too": (lint_shape, {"tests/fuzz/fuzz_a.c": "/* fuzz: base */\nint x;\n"}, "no header comment"),
    "fuzz_file_is_good": (lint_shape, {"tests/fuzz/fuzz_a.c": "/* fuzz: base */\n" + c_file("fuzz_a.c")}, None),
    "guard_missing": (lint_shape, {"src/base/a.h": c_file("a.h", "int f(void);\n")}, "no include guard"),
    "function_too_long": (lint_shape, {"src/base/a.c": c_file("a.c", LONG)}, "a.c:5: function of 71 lines"),
    "braces_in_strings_do_not_end_a_function": (
        lint_shape, {"src/base/a.c": c_file("a.c", LONG.replace("    g();\n", '    g("\\"\\\n}\\\n");\n', 1))}, "function of 7"),
    "python_tool_without_docstring": (lint_shape, {"tools/a.py": "import os\n"}, "no docstring"),

    "log_of_declared_keys_is_good": log_call('log_record(LEVEL_INFO, "auth.step", LOG_TEXT("step", step), LOG_INT("user", u->id));', None),
    "log_of_another_text": log_call('log_record(LEVEL_INFO, "auth", LOG_TEXT("who", x));', "no shape is declared"),
    "log_of_a_name": log_call('log_record(LEVEL_INFO, "auth", LOG_TEXT("why", user->name));', "would show .name"),
    "log_of_a_built_event": log_call('log_record(LEVEL_INFO, event, LOG_TEXT("why", x));', "is no constant"),
    "path_of_a_home": (lint_words, {"docs/a.md": "see /" + "home/budi/terang\n"}, "path of one machine"),
    "path_of_the_checkout": (lint_words, {"docs/a.md": "see @ROOT@/dev\n"}, "path of this checkout"),
    "registry_address": (lint_words, {"tests/web/package-lock.json": '"resol' + 'ved": "https://x"\n'}, "package registry"),
    "private_key": (lint_words, {"docs/a.txt": "-----BEGIN PRIVATE" + " KEY-----\n"}, "private key"),
    "unfinished_work": (lint_words, {"src/base/a.c": "/* TO" + "DO later */\n"}, "unfinished"),
    "blank_at_line_end": (lint_words, {"README.md": "a \n"}, "blank at the end"),
    "carriage_return": (lint_words, {"README.md": "a\r\n"}, "carriage return"),
    "plain_words_are_good": (lint_words, {"README.md": "etc/home/x and src/root/y\n"}, None),

    "style_too_large": (lint_assets, {"assets/css/a.css": UNPACKABLE}, "bytes compressed, at most 20480"),
    "style_from_another_host": (lint_assets, {"assets/css/a.css": "a{background:url(https://x.example/y.png)}\n"}, "asks another host"),
    "script_from_another_host": (lint_assets, {"assets/a.js": 'fetch("//x.example/y")\n'}, "asks another host"),
    "own_style_is_good": (lint_assets, {"assets/css/a.css": "a{background:url(/s/y.svg)}\n"}, None),

    "asvs_row_is_good": asvs("V1.1.1,2,yes,base,open\n", None),
    "asvs_empty_cell": asvs("V1.1.1,2,yes,,open\n", "a cell is empty"),
    "asvs_wrong_level": asvs("V1.1.1,4,yes,base,open\n", "no such requirement"),
    "asvs_wrong_answer": asvs("V1.1.1,2,perhaps,base,open\n", "not yes, no or beyond"),
    "asvs_beyond_below_level_3": asvs("V1.1.1,2,beyond,base,none\n", "beyond is for level 3 only"),
    "asvs_test_that_is_not_there": asvs("V1.1.1,2,yes,base,src/base/a_test.c: x\n", "does not exist"),
    "asvs_test_with_another_name": asvs(
        "V1.1.1,2,yes,base,src/base/a_test.c: x_is_y\n", "holds no test x_is_y", files={"src/base/a_test.c": "z"}),
    "asvs_test_by_words": asvs("V1.1.1,2,yes,base,somebody looked\n", "neither open"),
    "asvs_row_that_waits": asvs("V1.1.1,2,yes,base,later: with mail\n", None),
    "asvs_row_that_waits_for_nothing": asvs("V1.1.1,2,yes,base,later: \n", "neither open"),
    "asvs_row_twice": asvs("V1.1.1,2,yes,base,open\nV1.1.1,2,yes,base,open\n", "stand twice"),
    "asvs_row_lost": asvs("V1.1.1,1,yes,base,open\n", "requirements a level"),
}

FORMAT = {"format_that_differs": ("int  f( void ){return 0;}\n", 1), "format_is_good": ("int f(void);\n", 0)}
CPPCHECK = {
    "cppcheck_sees_an_index_out_of_bounds": ("int f(void);\nint f(void)\n{\n    int a[2] = {1, 2};\n    return a[2];\n}\n", 1),
    "cppcheck_leaves_good_code_alone": ("int f(void);\nint f(void)\n{\n    int a[2] = {1, 2};\n    return a[1];\n}\n", 0),
}


def faults_of(tool, tree):
    with tempfile.TemporaryDirectory(prefix="terang-lint-") as name:
        root = pathlib.Path(name)
        (root / "src").mkdir()
        for path, text in tree.items():
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("w", encoding="utf-8", newline="") as f:
                f.write(text.replace("@ROOT@", str(root)))
        if tool is lint_asvs:
            return tool.check(root, {"2": 1})
        return tool.check(root)


def problem_of_case(tool, tree, expected):
    faults = faults_of(tool, tree)
    if expected is None:
        return f"unexpected: {faults}" if faults else None
    return None if any(expected in f for f in faults) else f"expected {expected!r}, got {faults}"


def problem_of_program(words, text, status):
    with tempfile.NamedTemporaryFile("w", suffix=".c", dir=pathlib.Path(__file__).parent.parent / "src") as f:
        f.write(text)
        f.flush()
        done = subprocess.run([*words, f.name], capture_output=True, text=True, check=False)
    if (done.returncode != 0) == (status != 0):
        return None
    return f"exit status {done.returncode}: {done.stdout} {done.stderr}"


def main():
    results = {name: problem_of_case(*case) for name, case in CASES.items()}
    for name, (text, status) in FORMAT.items():
        results[name] = problem_of_program(["clang-format", "--dry-run", "-Werror"], text, status)
    for name, (text, status) in CPPCHECK.items():
        results[name] = problem_of_program(["cppcheck", "-q", "--error-exitcode=1"], text, status)
    print(f"1..{len(results)}")
    for number, (name, problem) in enumerate(results.items(), 1):
        print(f"ok {number} - {name}" if problem is None else f"not ok {number} - {name}\n# {problem}")
    return 1 if any(results.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
