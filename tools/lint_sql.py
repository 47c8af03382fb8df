"""lint_sql.py: SQL is a constant text with parameters, run by src/db (security.md W9).

Refuses the calls that run a text as it is outside src/db, and SQL put together with printf or by adding to a buffer
outside the engine's own generator (src/engine/sql*.c). Tests may do all of it.
"""

import re

import lint_common as lint

RUNS_TEXT = re.compile(r"\b(sqlite3_exec|sqlite3_get_table|sqlite3_mprintf|PQexec|PQexecParams|PQsendQuery)\s*\(")
BUILDS_TEXT = re.compile(r"\b(\w*printf\w*|buf_(?:add|put|append)\w*|text_(?:join|concat|cat)\w*)\s*\(")
LITERAL = re.compile(r'"((?:\\.|[^"\\\n])*)"')
SQL = re.compile(
    r"\bSELECT\b.*\bFROM\b|\bINSERT\s+INTO\b|\bUPDATE\s+\S+\s+SET\b|\bDELETE\s+FROM\b|\bWHERE\s+\S+\s*(=|IN|<|>|LIKE)"
    r"|\b(CREATE|ALTER|DROP)\s+(TABLE|INDEX|VIEW|SCHEMA|TRIGGER)\b|\bORDER\s+BY\b", re.DOTALL)
GENERATOR = re.compile(r"src/engine/sql[^/]*\.c")


def _arguments(text, start):
    """What stands between the parentheses of the call whose '(' is at `start`."""
    depth = 0
    for match in re.finditer(r'"(?:\\.|[^"\\\n])*"|[()]', text[start : start + 4000]):
        if match.group() in "()":
            depth += 1 if match.group() == "(" else -1
            if depth == 0:
                return text[start : start + match.end()]
    return text[start : start + 4000]


def check(root):
    faults = []
    for path in lint.files(root, "src", suffixes=(".c", ".h")):
        name = str(path.relative_to(root))
        if lint.is_test(name):
            continue
        text = lint.without_comments(lint.read(path))
        if not name.startswith("src/db/"):
            bare = lint.without_strings(text)
            for match in RUNS_TEXT.finditer(bare):
                faults.append(lint.fault(root, path, lint.line_of(bare, match.start()), f"{match.group(1)} outside src/db"))
        if GENERATOR.fullmatch(name):
            continue
        for match in BUILDS_TEXT.finditer(text):
            literals = " ".join(LITERAL.findall(_arguments(text, match.end() - 1)))
            if SQL.search(literals):
                faults.append(lint.fault(root, path, lint.line_of(text, match.start()), f"SQL built with {match.group(1)}"))
    return faults


if __name__ == "__main__":
    lint.main(check)
