"""lint_arrows.py: does every #include point to the right in the house?

main -> mod -> core -> engine -> {ledger, ui, http} -> db -> os -> base, and ui needs only base. Between modules few arrows
are allowed. A library stays behind the folder that hides it, except in tests. Not for: what the linker sees.
"""

import re

import lint_common as lint

MAY = {
    "base": [],
    "os": ["base"],
    "db": ["os", "base"],
    "http": ["db", "os", "base"],
    "ui": ["base"],
    "ledger": ["db", "os", "base"],
    "engine": ["ledger", "ui", "http", "db", "os", "base"],
    "core": ["engine", "ledger", "ui", "http", "db", "os", "base"],
    "mod": ["core", "engine", "ledger", "ui", "http", "db", "os", "base"],
    "main": ["mod", "core", "engine", "ledger", "ui", "http", "db", "os", "base"],
}

# Who may include whose headers; oversight and redflag see others only through the queries those publish.
MODULE_MAY = {"budget": ["planning"], "allowance": ["people"]}
READERS = ("oversight", "redflag")
PUBLISHED = re.compile(r".*_query\.h$")

# Headers of libraries that one folder hides from the others.
HIDDEN = {
    "sqlite3.h": ["db"],
    "libpq-fe.h": ["db"],
    "microhttpd.h": ["http"],
    "cairo": ["ui", "engine"],  # engine/paint draws strangers' files
    "poppler": ["engine"],
    "jpeglib.h": ["engine"],
    "gif_lib.h": ["engine"],
    "pango": ["ui"],
    "qrencode.h": ["ui"],
    "xlsxwriter.h": ["engine"],
    "curl/": ["os"],
    "seccomp.h": ["os"],
}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.MULTILINE)


def _module_fault(own, other, header):
    if own == other or other in MODULE_MAY.get(own, []):
        return None
    if own in READERS and PUBLISHED.match(header):
        return None
    return f"module {own} may not include module {other}"


def _quoted_fault(root, path, header):
    parts = path.relative_to(root / "src").parts
    if "/" not in header:
        return None if (path.parent / header).is_file() else f'"{header}" is not in this folder'
    target = header.split("/")
    if target[0] not in MAY:
        return f'"{header}" begins with no folder of src'
    if not (root / "src" / header).is_file():
        return f'"{header}" does not exist'
    if parts[0] == "mod" == target[0] and len(parts) > 2 and len(target) > 2:
        return _module_fault(parts[1], target[1], header)
    if target[0] != parts[0] and target[0] not in MAY[parts[0]]:
        return f"arrow upward: {parts[0]} may not include {target[0]}"
    return None


def _library_fault(folder, path, header):
    if lint.is_test(path.name):
        return None
    if header == "cmocka.h":
        return "cmocka belongs into tests"
    for prefix, homes in HIDDEN.items():
        if header.startswith(prefix) and folder not in homes:
            return f"<{header}> is hidden behind {', '.join(homes)}"
    return None


def check(root):
    faults = []
    for path in lint.files(root, "src", suffixes=(".c", ".h")):
        folder = path.relative_to(root / "src").parts[0]
        if folder not in MAY:
            faults.append(lint.fault(root, path, 1, f"src/{folder} is not a folder of the house"))
            continue
        text = lint.without_comments(lint.read(path))
        for match in INCLUDE.finditer(text):
            kind, header = match.groups()
            what = _quoted_fault(root, path, header) if kind == '"' else _library_fault(folder, path, header)
            if what:
                faults.append(lint.fault(root, path, lint.line_of(text, match.start()), what))
    return faults


if __name__ == "__main__":
    lint.main(check)
