"""lint_words.py: words that must not be in the project.

Paths of the machine it was written on, addresses of a package registry in a lock file, private keys, marks of unfinished
work, blanks at line ends. Reads every text file that could be committed.
"""

import re

import lint_common as lint

TEXT = (".c", ".h", ".py", ".md", ".txt", ".json", ".js", ".mjs", ".css", ".po", ".sql", ".csv", ".build", "dev", "run", ".sh")
SOURCES = (".c", ".h", ".py", ".js", ".mjs", ".css", ".sql")
ANYWHERE = [
    (re.compile(r"(?<![\w./~-])/(?:home|Users|root)/[\w.-]+"), "path of one machine"),
    (re.compile(r"/tmp/[\w.-]+/[\w./-]*build"), "path of one machine"),
    (re.compile(r'"resolved"\s*:\s*"'), "address of a package registry"),
    (re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE" + r" KEY-----"), "private key"),
    (re.compile(r"\r"), "carriage return"),
    (re.compile(r"[ \t]+$"), "blank at the end of the line"),
]
UNFINISHED = (re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX)\b"), "mark of unfinished work")


def _rules(root, path):
    rules = list(ANYWHERE)
    checkout = str(root.resolve())
    if checkout.count("/") > 1:
        rules.append((re.compile(r"(?<![\w./-])" + re.escape(checkout) + r"(?![\w-])"), "path of this checkout"))
    if path.suffix in SOURCES:
        rules.append(UNFINISHED)
    return rules


def check(root):
    faults = []
    for path in lint.files(root, suffixes=TEXT):
        if "golden" in path.parts or "seed" in path.parts or "crash" in path.parts or "data" in path.parts:
            continue
        rules = _rules(root, path)
        for number, line in enumerate(path.read_bytes().decode("utf-8", "replace").split("\n"), 1):
            faults += [lint.fault(root, path, number, what) for rule, what in rules if rule.search(line)]
    return faults


if __name__ == "__main__":
    lint.main(check)
