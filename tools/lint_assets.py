"""lint_assets.py: does the style stay small, and does a page ask only its own host?

The stylesheet is at most STYLE_LIMIT bytes compressed (design D13); styles and scripts name no other host.
"""

import re
import zlib

import lint_common as lint

STYLE_LIMIT = 20 * 1024
FOREIGN = re.compile(r"""(?:url\(\s*['"]?|@import\s+['"]|import\s+['"]|fetch\(\s*['"`]|src\s*=\s*['"])(?:https?:)?//[^)'"`\s]+""")


def compressed(data):
    """Bytes after gzip at the level a server uses."""
    z = zlib.compressobj(6, zlib.DEFLATED, 31)
    return len(z.compress(data) + z.flush())


def check(root):
    faults = []
    styles = lint.files(root, "assets", suffixes=(".css",))
    size = compressed(b"".join(p.read_bytes() for p in styles))
    if styles and size > STYLE_LIMIT:
        faults.append(lint.fault(root, styles[0], 1, f"all styles together take {size} bytes compressed, at most {STYLE_LIMIT}"))
    for path in [*styles, *lint.files(root, "assets", suffixes=(".js", ".mjs"))]:
        text = lint.read(path)
        for match in FOREIGN.finditer(text):
            faults.append(lint.fault(root, path, lint.line_of(text, match.start()), f"asks another host: {match.group()}"))
    return faults


if __name__ == "__main__":
    lint.main(check)
