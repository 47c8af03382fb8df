#!/usr/bin/env python3
"""Writes an assembler file that holds files and a table of them (src/ui/assets.h).

    embed.py OUT.S [--limit NAME=BYTES] NAME=FILE[+FILE...]...

A NAME that begins with "@" is served: it gets an address with a hash of its bytes. Several files are joined in the
order given. --limit fails the build when a joined file is larger than BYTES after gzip: the budget of a first view.
"""
import gzip
import hashlib
import os
import sys

TYPES = {
    '.css': 'text/css; charset=utf-8',
    '.js': 'text/javascript; charset=utf-8',
    '.svg': 'image/svg+xml',
    '.po': 'text/plain; charset=utf-8',
    '.md': 'text/markdown; charset=utf-8',
    '.sql': 'text/plain; charset=utf-8',
    '.icc': 'application/vnd.iccprofile',
}


def quoted(text):
    if any(c in text for c in '"\\\n'):
        sys.exit(f'embed.py: a name that cannot be quoted: {text!r}')
    return f'"{text}"'


class Asset:
    def __init__(self, word):
        name, _, files = word.partition('=')
        self.served = name.startswith('@')
        self.name = name.lstrip('@')
        self.files = files.split('+')
        self.content = b''.join(open(f, 'rb').read() for f in self.files)
        self.sha256 = hashlib.sha256(self.content).hexdigest()
        stem, self.ext = os.path.splitext(self.name)
        if self.ext not in TYPES:
            sys.exit(f'embed.py: no type for {self.name}')
        self.address = f'/a/{stem}-{self.sha256[:10]}{self.ext}'


def rows(assets):
    out = []
    for i, a in enumerate(assets):
        out += [f'a{i}_name: .asciz {quoted(a.name)}', f'a{i}_type: .asciz {quoted(TYPES[a.ext])}',
                f'a{i}_sha: .asciz {quoted(a.sha256)}', f'a{i}_address: .asciz {quoted(a.address)}',
                '.balign 16', f'a{i}_content:']
        out += [f'.incbin {quoted(os.path.abspath(f))}' for f in a.files]
        out += ['.byte 0']
    out += ['.section .data.rel.ro,"aw",%progbits', '.balign 8', '.global asset_table', '.type asset_table, %object',
            f'.size asset_table, {48 * len(assets)}', 'asset_table:']
    for i, a in enumerate(assets):
        address = f'a{i}_address' if a.served else '0'
        out.append(f'.quad a{i}_name, {address}, a{i}_type, a{i}_sha, a{i}_content, {len(a.content)}')
    return out


def main(argv):
    limits, words = {}, []
    target, rest = argv[0], argv[1:]
    while rest:
        word = rest.pop(0)
        if word == '--limit':
            name, _, size = rest.pop(0).partition('=')
            limits[name] = int(size)
        else:
            words.append(word)
    assets = sorted((Asset(w) for w in words), key=lambda a: a.name.encode())
    for a in assets:
        size = len(gzip.compress(a.content, 6, mtime=0))
        if size > limits.get(a.name, size):
            sys.exit(f'embed.py: {a.name} is {size} bytes after gzip, the budget is {limits[a.name]}')
    text = ['/* Written by tools/embed.py. */', '.section .rodata'] + rows(assets)
    text += ['.section .rodata', '.balign 8', '.global asset_count', '.type asset_count, %object',
             '.size asset_count, 8', f'asset_count: .quad {len(assets)}',
             '.section .note.GNU-stack,"",%progbits', '']
    with open(target, 'w', encoding='utf-8') as f:
        f.write('\n'.join(text))


if __name__ == '__main__':
    main(sys.argv[1:])
