"""lint_html.py: is every format of html() markup that no value can break out of?

A format may begin and end inside a tag (attributes are often added one by one) but never inside a quoted value. Attributes
are quoted; there is no style=, no on*, no <style>, no inline script; a % in an address must be a whole value whose argument
is a call of url() or link_to(); words belong to lang/. Also: url() formats are own addresses, and html_raw_reviewed() is
called only where REVIEWED says why.
"""

import re

import lint_common as lint

# Where bytes may become markup unescaped: file, and the reason. Read again at each change of the file.
REVIEWED = {}

ADDRESSES = {"href", "src", "action", "formaction", "poster", "data", "cite", "srcset", "xlink:href"}
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "wbr", "path", "rect", "circle", "line"}
KNOWN = VOID | set(
    "a abbr article aside b blockquote body button caption code colgroup dd del details div dl dt em fieldset figcaption "
    "figure footer form g h1 h2 h3 h4 head header html i ins kbd label legend li main mark nav ol optgroup option output p "
    "pre progress q s samp script section select small span strong sub summary sup svg table tbody td text textarea tfoot "
    "th thead time title tr u ul video".split())
NAMES = {"Rp", "Terang"}  # the only words that are the same in both languages

STRING = re.compile(r'"((?:\\.|[^"\\\n])*)"')
DIRECTIVE = re.compile(r"%(?:%|0?\d*(?:ll|l|z|j)?[sducP])")
ATTRIBUTE = re.compile(r"\s+([A-Za-z][A-Za-z0-9:-]*)")
BEGINS_IN_TAG = re.compile(r"\s+[a-z][a-z-]*(?:=\"|\s|>|/>|$)|/?>")
ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "'": "'"}


def arguments(text, start):
    """The arguments of a call whose opening bracket stands before start, and the position behind it."""
    depth, parts, begin, at = 0, [], start, start
    while at < len(text):
        match = lint.TOKEN.match(text, at)
        if match:
            at = match.end()
            continue
        c = text[at]
        if c in "([{":
            depth += 1
        elif c in ")]}" and depth == 0:
            return parts + [text[begin:at].strip()], at + 1
        elif c in ")]}":
            depth -= 1
        elif c == "," and depth == 0:
            parts.append(text[begin:at].strip())
            begin = at + 1
        at += 1
    return parts, at


def literal(source, macros):
    """The value of adjacent string literals and macros for them; None when it is anything else. PRId64 becomes P."""
    out, at = "", 0
    while at < len(source):
        match = STRING.match(source, at) or re.compile(r"\w+").match(source, at)
        if not match:
            return None
        word = match.group()
        if word[0] == '"':
            out += re.sub(r"\\(.)", lambda m: ESCAPES.get(m.group(1), m.group()), match.group(1))
        elif word.startswith("PRI"):
            out += "P"
        elif word in macros:
            out += macros[word]
        else:
            return None
        at = match.end() + len(source[match.end():]) - len(source[match.end():].lstrip())
    return out


class Format:
    """Reads one format from left to right; `faults` tells what is wrong with it."""

    def __init__(self, text, values):
        self.text, self.values, self.at = text, list(values), 0
        self.faults, self.open = [], []

    def bad(self, what):
        self.faults.append(what)

    def value(self):
        """Takes the directive at self.at; returns the argument it prints, "" for %%."""
        match = DIRECTIVE.match(self.text, self.at)
        if not match:
            self.bad("a % that html() does not print")
            self.at += 1
            return ""
        self.at = match.end()
        if match.group() == "%%":
            return ""
        if not self.values:
            self.bad("fewer arguments than directives")
            return ""
        return self.values.pop(0)

    def read(self):
        if BEGINS_IN_TAG.match(self.text):
            self.tag_rest(None)
        while self.at < len(self.text):
            c = self.text[self.at]
            if c == "<":
                self.tag()
            elif c == "%":
                self.value()
            else:
                self.words()
        if self.values:
            self.bad("more arguments than directives")
        return self.faults

    def words(self):
        end = min(p for p in (self.text.find("<", self.at), self.text.find("%", self.at), len(self.text)) if p >= 0)
        piece = self.text[self.at:end]
        if ">" in piece:
            self.bad("a > outside of a tag")
        for word in re.findall(r"(?<![&\w])[A-Za-z]{2,}", piece):
            if word not in NAMES:
                self.bad(f'the word "{word}" in a format: words come from T()')
        self.at = end

    def tag(self):
        if self.text.startswith("<!DOCTYPE html>", self.at):
            self.at += len("<!DOCTYPE html>")
            return
        match = re.compile(r"<(/?)([a-z][a-z0-9]*)").match(self.text, self.at)
        if not match:
            self.bad("a < that begins no tag")
            self.at += 1
            return
        closing, name = match.group(1) == "/", match.group(2)
        self.at = match.end()
        if name not in KNOWN:
            self.bad(f"<{name}> is not an element that pages use")
        if closing:
            self.tag_closed(name)
        else:
            self.tag_rest(name)

    def tag_closed(self, name):
        if not self.text.startswith(">", self.at):
            self.bad(f"</{name} is not complete")
        else:
            self.at += 1
        if name in VOID:
            self.bad(f"</{name}> closes an element that has no content")
        elif self.open and self.open.pop() != name:
            self.bad(f"</{name}> closes another element")

    def tag_rest(self, name):
        """Attributes up to the > of a tag, or to the end of the format. `name` is None when the tag began before."""
        refreshes = False
        while True:
            match = re.compile(r"\s*/?>").match(self.text, self.at)
            if match:
                self.at = match.end()
                if name and name not in VOID:
                    self.open.append(name)
                self.content(name)
                return
            match = ATTRIBUTE.match(self.text, self.at)
            if not match:
                if self.text[self.at:].strip():
                    self.bad("something in a tag that is no quoted attribute")
                    self.at = len(self.text)
                self.at = len(self.text)
                return
            self.at = match.end()
            refreshes |= match.group(1) == "http-equiv"
            self.attribute(match.group(1), refreshes)

    def content(self, name):
        if name == "style":
            self.bad("<style>: styles stand in assets/css")
        if name == "script" and not self.text.startswith("</script>", self.at):
            self.bad("inline script")

    def attribute(self, name, refreshes):
        lower = name.lower()
        if lower.startswith("on"):
            self.bad(f"{name}=: pages have no inline handlers")
        if lower == "style":
            self.bad("style=: use a class")
        if not self.text.startswith("=", self.at):
            return
        if not self.text.startswith('="', self.at):
            self.bad(f"{name}= is not quoted")
            self.at += 1
            return
        self.at += 2
        end = self.text.find('"', self.at)
        if end < 0:
            self.bad(f"the quotes of {name}= are not closed")
            end = len(self.text)
        self.quoted(lower, end, refreshes)
        self.at = end + 1

    def quoted(self, name, end, refreshes):
        whole = self.text[self.at:end]
        printed = []
        while self.at < end:
            if self.text[self.at] == "%":
                printed.append(self.value())
            else:
                self.at += 1
        if name in ADDRESSES and printed:
            if whole != "%s" or not re.match(r"(?:url|link_to)\s*\(", printed[0]):
                self.bad(f'{name}="{whole}": the value must be url() or link_to() alone')
        elif name in ADDRESSES and not re.match(r"[/?#](?!/|\\)", whole) and whole != "#":
            self.bad(f'{name}="{whole}" is not an address of our own')
        if refreshes and name == "content" and "%s" in whole:
            self.bad("text in a refresh")
        if "<" in whole:
            self.bad(f"a < in {name}=")


def macros_of(root):
    found = {}
    for path in lint.files(root, "src", suffixes=(".c", ".h")):
        found |= dict(re.findall(r'^#define\s+(\w+)\s+"([^"\\]*)"\s*(?:/\*.*)?$', lint.read(path), re.MULTILINE))
    return found


def calls(text, name):
    """Line and arguments of each call of a function that takes the request first; its declaration is none."""
    for match in re.finditer(rf"(?<![\w>.])\b{name}\s*\(", text):
        args, _ = arguments(text, match.end())
        if args and "struct req" not in args[0]:
            yield lint.line_of(text, match.start()), args


def html_faults(args, macros):
    if len(args) < 2:
        return ["html() without a format"]
    text = literal(args[1], macros)
    if text is None:
        return ["a format that is not a literal"]
    return Format(text, args[2:]).read()


def url_faults(args, macros):
    text = literal(args[1], macros) if len(args) > 1 else None
    if text is None:
        return ["url() with a format that is not a literal"]
    if not re.match(r"[/?#](?!/|\\)", text) and text not in ("/", "?", "#"):
        return [f'url("{text}") is not an address of our own']
    if re.search(r"%(?!s|0?\d*(?:ll|l|z|j)?[duP])", text):
        return ["url() prints %s and integers only"]
    return []


def check(root):
    faults = []
    macros = macros_of(root)
    for path in lint.files(root, "src", suffixes=(".c",)):
        name = str(path.relative_to(root))
        if lint.is_test(name):
            continue
        text = lint.without_comments(lint.read(path))
        for line, args in calls(text, "html"):
            faults += [lint.fault(root, path, line, what) for what in html_faults(args, macros)]
        for line, args in calls(text, "url"):
            faults += [lint.fault(root, path, line, what) for what in url_faults(args, macros)]
        for line, _ in calls(text, "html_raw_reviewed"):
            if name not in REVIEWED:
                faults.append(lint.fault(root, path, line, "html_raw_reviewed() without an entry in REVIEWED"))
    return faults


if __name__ == "__main__":
    lint.main(check)
