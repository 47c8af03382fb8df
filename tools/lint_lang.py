"""lint_lang.py: has every text that the program asks for a translation, with as many places as the call fills?

A key is a literal `module.word` given to T(), T1(), T2(), T3(), fail(), fail_arg(), lang_text() or lang_fill(), or standing in a table
as .label, .hint, .title, .verb, .word, .choose or .text. The languages below lang/ have the same files with the same keys,
nothing empty, and in one file the keys of a module stand together. (src/ui/lang_test.c compares the places between the languages with our own reader.)
"""

import re

import lint_common as lint
from lint_html import STRING, arguments

KEY = re.compile(r"[a-z][a-z0-9_]*\.[a-z0-9_-]+")
# function: where its key stands among the arguments, and how many places it fills; None: any
CALLS = {"T": (1, 0), "T1": (1, 1), "T2": (1, 2), "T3": (1, 3), "fail": (2, 0), "fail_arg": (2, 1), "lang_text": (1, None),
         "lang_fill": (2, None)}
CALL = re.compile(rf"(?<![\w>.])({'|'.join(CALLS)})\s*\(")
MEMBER = re.compile(r'\.(?:label|hint|title|verb|word|choose|text)\s*=\s*"([^"\\]*)"')
PLACE = re.compile(r"%(?:\d\$)?s")
ENTRY = re.compile(r'^msgid ((?:"(?:\\.|[^"\\])*"\s*)+)msgstr ((?:"(?:\\.|[^"\\])*"\s*)+)', re.MULTILINE)


def entries(text):
    """Line, key and text of each entry but the head."""
    for match in ENTRY.finditer(text):
        key, value = ("".join(STRING.findall(g)) for g in match.groups())
        if key:
            yield lint.line_of(text, match.start()), key, value


def file_faults(root, path, found):
    faults, previous, finished = [], None, set()
    for line, key, value in entries(lint.read(path)):
        module = key.split(".")[0]
        if not KEY.fullmatch(key):
            faults.append(lint.fault(root, path, line, f'"{key}" is no key of the form module.word'))
        if key in found:
            faults.append(lint.fault(root, path, line, f"{key} stands here twice"))
        if not value:
            faults.append(lint.fault(root, path, line, f"{key} has no text"))
        if module != previous and module in finished:
            faults.append(lint.fault(root, path, line, f"{key} stands outside of the section of {module}"))
        finished.add(module)
        previous = module
        found[key] = value
    return faults


def used(text):
    """Line, key and number of places filled (None: unknown) of each use."""
    for match in CALL.finditer(text):
        position, places = CALLS[match.group(1)]
        args, _ = arguments(text, match.end())
        literals = STRING.findall(args[position]) if len(args) > position else []
        for literal in literals:  # also both sides of a ?:
            if KEY.fullmatch(literal):
                yield lint.line_of(text, match.start()), literal, places
    for match in MEMBER.finditer(text):
        if KEY.fullmatch(match.group(1)):
            yield lint.line_of(text, match.start()), match.group(1), None


def check(root):
    faults, words = [], {}
    for path in lint.files(root, "lang", suffixes=(".po",)):
        language = path.parent.name
        found = words.setdefault(language, {})
        faults += file_faults(root, path, found)
    for one in words:
        for other in words:
            for key in sorted(words[one].keys() - words[other].keys()):
                faults.append(f"lang/{other}:1: {key} is missing; lang/{one} has it")
    for path in lint.files(root, "src", suffixes=(".c", ".h")):
        if lint.is_test(path.relative_to(root)):
            continue
        for line, key, places in used(lint.without_comments(lint.read(path))):
            for language, texts in words.items():
                if key not in texts:
                    faults.append(lint.fault(root, path, line, f"{key} is not in lang/{language}"))
                elif places is not None and len(PLACE.findall(texts[key])) != places:
                    faults.append(lint.fault(root, path, line, f"{key} has another number of places in lang/{language}"))
    return faults


if __name__ == "__main__":
    lint.main(check)
