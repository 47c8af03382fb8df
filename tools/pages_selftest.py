"""pages_selftest.py: do lint_html and lint_lang notice a bad example of each kind, and leave good ones alone? Speaks TAP."""

import pathlib
import sys
import tempfile

import lint_html
import lint_lang

# A call of html() or url(), and a part of the fault it must be told; None: it is good.
FORMATS = {
    "markup_with_values_is_good": (r'html(r, "<td class=\"num\">%s</td>\n", x)', None),
    "tags_may_be_written_in_pieces": (r'html(r, "<input"); html(r, " name=\"%s\"", n); html(r, ">")', None),
    "void_elements_stay_open": (r'html(r, "<p>%s<br>%s</p>", a, b)', None),
    "url_in_href_is_good": (r'html(r, "<a href=\"%s\">%s</a>", url(r, "/x/%s", id), t)', None),
    "link_to_in_action_is_good": (r'html(r, "<form action=\"%s\">", link_to(f->action))', None),
    "literal_own_address_is_good": (r'html(r, "<a href=\"#isi\">%s</a>", t)', None),
    "adjacent_literals_and_macros_are_read": (r'html(r, "<b>%" PRId64 "</b>" " %%", n)', None),
    "a_comma_in_a_string_is_no_argument": (r'html(r, "<b>%s</b>", f("a,b)", 1))', None),
    "unquoted_attribute": (r'html(r, "<td class=%s>", x)', "is not quoted"),
    "value_as_attribute": (r'html(r, "<td %s>", x)', "no quoted attribute"),
    "value_as_attribute_name": (r'html(r, " %s=\"%s\"", n, v); html(r, "<td %s=\"x\">", n)', "no quoted attribute"),
    "value_in_href": (r'html(r, "<a href=\"%s\">", x->href)', "must be url() or link_to()"),
    "value_as_part_of_href": (r'html(r, "<a href=\"/izin/%s\">", url(r, "/x"))', "must be url() or link_to()"),
    "value_in_src": (r'html(r, "<img src=\"%s\">", text)', "must be url() or link_to()"),
    "value_in_formaction": (r'html(r, " formaction=\"%s\"", text)', "must be url() or link_to()"),
    "foreign_literal": (r'html(r, "<a href=\"https://a.example\">")', "not an address of our own"),
    "javascript_literal": (r'html(r, "<a href=\"javascript:x\">")', "not an address of our own"),
    "inline_handler": (r'html(r, "<b onclick=\"f()\">")', "no inline handlers"),
    "inline_style": (r'html(r, "<b style=\"color:red\">")', "use a class"),
    "style_element": (r'html(r, "<style>%s</style>", x)', "styles stand in assets/css"),
    "inline_script": (r'html(r, "<script>%s</script>", x)', "inline script"),
    "script_file_is_good": (r'html(r, "<script src=\"%s\" defer></script>", link_to(a))', None),
    "text_in_refresh": (r'html(r, "<meta http-equiv=\"refresh\" content=\"%s\">", x)', "text in a refresh"),
    "open_quotes": (r'html(r, "<td class=\"num>")', "not closed"),
    "value_ends_inside_quotes": (r'html(r, "<td class=\"%s", x)', "not closed"),
    "half_a_tag_name": (r'html(r, "<")', "begins no tag"),
    "value_as_tag_name": (r'html(r, "<%s>", x)', "begins no tag"),
    "unknown_element": (r'html(r, "<blink>")', "is not an element"),
    "wrong_nesting": (r'html(r, "<b><i>%s</b></i>", x)', "closes another element"),
    "void_element_closed": (r'html(r, "<br></br>")', "has no content"),
    "format_from_a_variable": (r'html(r, fmt, x)', "not a literal"),
    "word_in_a_format": (r'html(r, "<p>Simpan</p>")', "words come from T()"),
    "entity_is_no_word": (r'html(r, "<p>&nbsp;</p>")', None),
    "directive_that_is_not_printed": (r'html(r, "<p>%f</p>", x)', "html() does not print"),
    "raw_without_review": (r'html_raw_reviewed(r, b)', "without an entry in REVIEWED"),
    "url_of_another_host": (r'url(r, "//%s", x)', "not an address of our own"),
    "url_with_a_scheme": (r'url(r, "https://x/%s", x)', "not an address of our own"),
    "url_with_a_character": (r'url(r, "/%c", x)', "prints %s and integers only"),
    "call_in_a_comment_is_none": (r'/* html(r, "<blink>") */', None),
}

ID = 'msgid ""\nmsgstr ""\n"X: y\\n"\n\nmsgid "a.one"\nmsgstr "satu"\n\nmsgid "a.two"\nmsgstr "dua %s"\n'
EN = ID.replace("satu", "one").replace("dua", "two")

# C, the Indonesian and the English file, and a part of the fault.
TEXTS = {
    "known_keys_are_good": ('T(r, "a.one"); T1(r, "a.two", x); fail(r, E_STATE, "a.one");', ID, EN, None),
    "other_literals_are_no_keys": ('f("a.css"); {.name = "x.y"}; T(r, key);', ID, EN, None),
    "unknown_key": ('T(r, "a.three")', ID, EN, "a.three is not in lang/"),
    "unknown_key_of_a_fault": ('fail_arg(r, E_INPUT, "a.four", x)', ID, EN, "a.four is not in lang/"),
    "unknown_key_in_a_table": ('{.label = "licence.number", }', ID, EN, "licence.number is not in lang/"),
    "unknown_key_in_a_choice": ('T(r, x ? "a.one" : "a.six")', ID, EN, "a.six is not in lang/"),
    "place_that_nobody_fills": ('T(r, "a.two")', ID, EN, "another number of places"),
    "argument_without_a_place": ('T1(r, "a.one", x)', ID, EN, "another number of places"),
    "key_in_one_language": ("", ID + 'msgid "a.five"\nmsgstr "lima"\n', EN, "lang/en:1: a.five is missing"),
    "key_twice": ("", ID + 'msgid "a.one"\nmsgstr "x"\n', EN, "stands here twice"),
    "key_without_text": ("", ID + 'msgid "a.five"\nmsgstr ""\n', EN, "has no text"),
    "key_of_another_form": ("", ID + 'msgid "Five"\nmsgstr "lima"\n', EN, "is no key"),
    "section_torn_apart": ("", ID + 'msgid "b.x"\nmsgstr "x"\nmsgid "a.y"\nmsgstr "y"\n', EN, "outside of the section"),
}


def problem(tool, files, expected):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        faults = tool.check(root)
    if expected is None:
        return f"unexpected: {faults}" if faults else None
    return None if any(expected in f for f in faults) else f"expected {expected!r}, got {faults}"


def main():
    results = {name: problem(lint_html, {"src/ui/x.c": f"void f(void)\n{{\n    {code};\n}}\n"}, expected)
               for name, (code, expected) in FORMATS.items()}
    for name, (code, indonesian, english, expected) in TEXTS.items():
        results[name] = problem(lint_lang, {"src/x.c": code, "lang/id/a.po": indonesian, "lang/en/a.po": english}, expected)
    print(f"1..{len(results)}")
    for number, (name, what) in enumerate(results.items(), 1):
        print(f"ok {number} - {name}" if what is None else f"not ok {number} - {name}\n# {what}")
    return 1 if any(results.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
