"""lint_log.py: does the log tell of events, and never of people?

src/base/log.c declares under which keys a text may stand; one under another key would be printed as ***. A value may not be
a member that holds something about a person (a name, a login, an address of mail ...), whatever the key.
"""

import re

import lint_common as lint

CALL = re.compile(r"\blog_record\s*\(")
PAIR = re.compile(r'\bLOG_(TEXT|INT)\s*\(\s*("[^"]*"|[^,]*),')
SHAPES = re.compile(r'\{SHAPE_\w+,\s*"([^"]*)"\}')
PERSONAL = re.compile(r"(?:->|\.)(name|login|mail|email|e_mail|nik|nip|phone|subject|filename|title|birth\w*|to|user_agent)\s*(?:[),]|$)")
EVENT = re.compile(r'"[a-z][a-z0-9_.-]*"')
# The operator's own setting and a kind of job: no person's.
GOOD = ("conf->login", "child.chore->name")


def _end_of_call(text, at):
    depth = 0
    for i in range(at, len(text)):
        depth += (text[i] == "(") - (text[i] == ")")
        if depth == 0:
            return i
    return len(text)


def _faults_of_call(call, keys):
    event = call.split(",", 2)[1].strip().rstrip(")") if "," in call else ""
    if not EVENT.fullmatch(event):
        yield f"the event {event or '(none)'} is no constant in lower case"
    for kind, key in PAIR.findall(call):
        if not key.startswith('"'):
            yield f"the key {key.strip()} is no constant"
        elif kind == "TEXT" and key.strip('"') not in keys:
            yield f"no shape is declared in src/base/log.c for the text {key}"
    for found in PERSONAL.finditer(re.sub("|".join(map(re.escape, GOOD)), "", call)):
        yield f"a log line would show .{found.group(1)}"


def check(root):
    home = root / "src/base/log.c"
    if not home.is_file():
        return []
    keys = set(" ".join(SHAPES.findall(lint.read(home))).split())
    faults = []
    for path in lint.files(root, "src", suffixes=(".c", ".h")):
        if path.parent == home.parent or lint.is_test(path.relative_to(root / "src")):
            continue
        text = lint.without_comments(lint.read(path))
        for call in CALL.finditer(text):
            body = text[call.end() - 1:_end_of_call(text, call.end() - 1) + 1]
            faults += [lint.fault(root, path, lint.line_of(text, call.start()), what) for what in _faults_of_call(body, keys)]
    return faults


if __name__ == "__main__":
    lint.main(check)
