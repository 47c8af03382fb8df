"""lint_asvs.py: is every requirement of OWASP ASVS 5.0.0 answered in docs/asvs.csv?

Columns: id; level 1 to 3; applies (yes, no, beyond: a level 3 we do not aim at); where (the place that keeps it, or why it
does not apply); test ("open" until there is one, "review: how", "later: where" for what waits, or "file: name of a test that
stands in it"; "none" if it does not apply). The counts of the standard are pinned, so that no row can be lost.
"""

import collections
import csv
import re

import lint_common as lint

COLUMNS = ["id", "level", "applies", "where", "test"]
PER_LEVEL = {"1": 70, "2": 183, "3": 92}
ID = re.compile(r"V(\d+)\.(\d+)\.(\d+)")
IN_WORDS = re.compile(r"(review|later): \S.*")
FILE_TEST = re.compile(r"([\w./-]+): (\S+)")


def _test_fault(root, test):
    if test == "open" or IN_WORDS.fullmatch(test):
        return None
    match = FILE_TEST.fullmatch(test)
    if not match:
        return f'test "{test}" is neither open, nor "review: how", "later: where", nor "file: name"'
    path = root / match.group(1)
    if not path.is_file():
        return f"{match.group(1)} does not exist"
    return None if match.group(2) in lint.read(path) else f"{match.group(1)} holds no test {match.group(2)}"


def _row_fault(root, row):
    if any(not (row.get(c) or "").strip() for c in COLUMNS) or None in row:
        return "a cell is empty or one too many"
    if not ID.fullmatch(row["id"]) or row["level"] not in PER_LEVEL:
        return f"no such requirement: {row['id']}, level {row['level']}"
    if row["applies"] not in ("yes", "no", "beyond"):
        return f'applies is "{row["applies"]}", not yes, no or beyond'
    if row["applies"] == "beyond" and row["level"] != "3":
        return "beyond is for level 3 only"
    if row["applies"] != "yes":
        return None if row["test"] == "none" else "what does not apply has the test none"
    return _test_fault(root, row["test"])


def check(root, per_level=None):
    per_level = per_level or PER_LEVEL
    path = root / "docs/asvs.csv"
    if not path.is_file():
        return ["docs/asvs.csv:1: missing"]
    with path.open(encoding="utf-8", newline="") as f:
        reader = csv.DictReader(f)
        rows = list(reader)
    if reader.fieldnames != COLUMNS:
        return [f"docs/asvs.csv:1: columns are {reader.fieldnames}, not {COLUMNS}"]
    faults = [lint.fault(root, path, n, what) for n, row in enumerate(rows, 2) if (what := _row_fault(root, row))]
    keys = [tuple(map(int, ID.fullmatch(r["id"]).groups())) for r in rows if ID.fullmatch(r["id"] or "")]
    if any(a >= b for a, b in zip(keys, keys[1:])):
        faults.append(lint.fault(root, path, 1, "ids are not in order or stand twice"))
    counts = collections.Counter(r["level"] for r in rows)
    if counts != per_level:
        faults.append(lint.fault(root, path, 1, f"requirements a level {dict(sorted(counts.items()))}, not {per_level}"))
    return faults


if __name__ == "__main__":
    lint.main(check)
