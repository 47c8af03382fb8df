"""targets.py: lists the fuzz targets, one a line: the name, then the libraries of src it links.

A target is a file tests/fuzz/fuzz_NAME.c that begins with a comment such as "/* fuzz: http base */"; a library implies
those to its right in the house; core_pure is what of core needs no engine. A file without that line is an error, so that
none is left out unnoticed.
"""

import pathlib
import re
import sys

FIRST_LINE = re.compile(r"/\* fuzz: ([a-z_]+(?: [a-z_]+)*) ?\*/")


def targets(folder):
    """Pairs of name and list of libraries, sorted by name. Raises ValueError for a file without its first line."""
    found = []
    for path in sorted(folder.glob("fuzz_*.c")):
        with path.open(encoding="utf-8") as f:
            match = FIRST_LINE.match(f.readline())
        if not match:
            raise ValueError(f"{path}: the first line must read /* fuzz: LIBRARY... */")
        found.append((path.stem.removeprefix("fuzz_"), match.group(1).split()))
    return found


def main():
    try:
        for name, libraries in targets(pathlib.Path(__file__).parent):
            print(name, *libraries)
    except ValueError as e:
        sys.exit(str(e))


if __name__ == "__main__":
    main()
