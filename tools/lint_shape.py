"""lint_shape.py: does a file say what it is for, and does a function fit a screen?

Header comment in each .c and .h ("name.c: what for"), docstring in each Python tool, include guards, no function over
LONGEST lines. It relies on the format that clang-format gives: the brace of a function stands alone at column 0.
"""

import re

import lint_common as lint

LONGEST = 70
GUARD = re.compile(r"^#ifndef (\w+_H)\n#define \1\n", re.MULTILINE)
DOCSTRING = re.compile(r'(?:#!.*\n)?"""\w')
FUZZ_LINE = re.compile(r"/\* fuzz: [a-z_ ]+\*/\n+")


def _header_fault(path, text):
    text = FUZZ_LINE.sub("", text, count=1) if path.name.startswith("fuzz_") else text
    comment = re.match(r"/\*(.*?)\*/", text, re.DOTALL)
    if not comment:
        return "no header comment"
    if f"{path.name}:" not in comment.group(1):
        return f'the header comment does not begin with "{path.name}: what it is for"'
    return None


def _functions(text):
    """First line and length of each function, from its opening to its closing brace."""
    start = None
    for number, line in enumerate(lint.without_strings(text).split("\n"), 1):
        if line == "{":
            start = number
        elif line == "}" and start is not None:
            yield start, number - start + 1
            start = None


def check(root):
    faults = []
    for path in lint.files(root, "src", "tests", suffixes=(".c", ".h")):
        text = lint.read(path)
        what = _header_fault(path, text)
        if what:
            faults.append(lint.fault(root, path, 1, what))
        if path.suffix == ".h" and not GUARD.search(text):
            faults.append(lint.fault(root, path, 1, "no include guard"))
        for line, length in _functions(text):
            if length > LONGEST:
                faults.append(lint.fault(root, path, line, f"function of {length} lines; over {LONGEST} it holds another one"))
    for path in lint.files(root, "tools", "tests", suffixes=(".py",)):
        if not DOCSTRING.match(lint.read(path)):
            faults.append(lint.fault(root, path, 1, "no docstring that says what the tool is for"))
    return faults


if __name__ == "__main__":
    lint.main(check)
