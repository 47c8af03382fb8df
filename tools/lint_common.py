"""lint_common.py: what the lint tools share: finding files, taking C apart, and printing faults.

A tool is a file lint_NAME.py with check(root), which returns faults as "path:line: what is wrong"; main() here prints
them. Nothing here is a C parser: the house style (clang-format) makes simple reading enough.
"""

import os
import pathlib
import re
import sys

SKIPPED = {".git", "build", "node_modules", "__pycache__"}
TEST = re.compile(r"(?:.*/)?(?:[^/]*_)?(?:test|unit)(?:_[^/]*)?\.[ch]|tests/.*")
TOKEN = re.compile(r"""/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""", re.DOTALL)


def files(root, *tops, suffixes=()):
    """Paths below the named folders of root (all of root without any), sorted, with one of the suffixes if given."""
    found = []
    for top in tops or (".",):
        for folder, names, leaves in os.walk(pathlib.Path(root, top)):
            names[:] = [n for n in names if n not in SKIPPED]
            found += [pathlib.Path(folder, leaf) for leaf in leaves if not suffixes or leaf.endswith(tuple(suffixes))]
    return sorted(found)


def read(path):
    return path.read_text(encoding="utf-8", errors="replace")


def is_test(name):
    """Is this path of src or tests a test, or a header or helper that only tests use?"""
    return TEST.fullmatch(str(name)) is not None


def blank(text):
    """The same number of lines, with nothing on them."""
    return "\n" * text.count("\n")


def without_comments(text):
    """C without comments; strings and line numbers stay."""
    return TOKEN.sub(lambda m: m.group() if m.group()[0] in "\"'" else blank(m.group()) or " ", text)


def without_strings(text):
    """C without comments and without what stands in strings; line numbers stay."""
    return TOKEN.sub(lambda m: '""' if m.group()[0] in "\"'" else blank(m.group()) or " ", text)


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def fault(root, path, line, what):
    return f"{path.relative_to(root)}:{line}: {what}"


def main(check):
    """Runs a tool over the checkout it belongs to, or over the folder named in the command."""
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent
    faults = check(root)
    for f in faults:
        print(f)
    sys.exit(1 if faults else 0)
