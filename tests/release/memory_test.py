"""memory_test.py: what the server remembers once a person has logged out: none of the secrets (security.md M7). Speaks TAP.

Everything that opens an account is used as browsers do it, over connections that stay, with compressed pages; then every
writable mapping of the server is looked through for any half of it. A secret that is just on its way is found, or the
look would prove nothing. Needs root, because the server lets nobody else look at it. In the release build only: what is
freed stays on purpose under the sanitizers. Not for: buffers of the kernel, the processes of PostgreSQL.
"""

import base64
import gzip
import hashlib
import http.client
import os
import pathlib
import re
import socket
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "scenario"))
# pylint: disable=wrong-import-position
import account
from database import on_both
from program import PATIENCE, Instance, Skip, serving_on, tell, until

LEAST = 8  # bytes of a secret that are no chance
MOMENTS = 20
MARKER = "embun-yang-belum-selesai"


class Keeping(account.Browser):
    """Keeps its connection, takes compressed pages, and notes every secret that it saw."""

    def __init__(self, port):
        super().__init__(port)
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self.secrets = {}

    def _exchange(self, method, path, body, headers):
        self.connection.request(method, path, body=body, headers=headers | {"Accept-Encoding": "gzip"})
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.getheader("Content-Encoding") == "gzip":
            content = gzip.decompress(content)
        for token in re.findall(rb'name="csrf" value="([^"]+)"', content):
            self.note("csrf", token)
        for code in re.findall(rb"<code>((?:[0-9A-Z]{4}-){3}[0-9A-Z]{4})</code>", content):
            self.note("recovery code", code)
        for key in re.findall(rb'<code class="num">([A-Z2-7 ]+)</code>', content):
            flat = key.replace(b" ", b"")
            self.note("second factor as shown", key)
            self.note("second factor in base32", flat)
            self.note("second factor", base64.b32decode(flat + b"=" * (-len(flat) % 8)))
        for token in re.findall(rb"<code>(trg_[^<]+)</code>", content):
            self.note("token", token[4:])
        for value in answer.headers.get_all("Set-Cookie", []):
            if value.startswith(f"{account.COOKIE}=") and not value.startswith(f"{account.COOKIE}=;"):
                self.note_session(value.split("=", 1)[1].split(";")[0].encode())
        return answer, content

    def note(self, name, secret):
        """Both halves: memory that was used again in part still tells the other."""
        half = len(secret) // 2
        for part in (secret[:half], secret[half:]) if half >= LEAST else (secret,):
            self.secrets[part] = name

    def note_session(self, cookie):
        self.note("session", cookie)
        self.note("session as bytes", base64.urlsafe_b64decode(cookie + b"=" * (-len(cookie) % 4)))
        self.note("key of csrf", hashlib.sha256(b"terang csrf\0" + cookie).digest())


def memory_of(pid):
    """(name of the mapping, bytes) of all that can be written to."""
    with open(f"/proc/{pid}/maps", encoding="utf-8") as maps, open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in maps.read().splitlines():
            place, mode, _, _, _, *name = line.split(maxsplit=5)
            start, end = (int(n, 16) for n in place.split("-"))
            if not mode.startswith("rw"):
                continue
            try:
                memory.seek(start)
                yield f"{name[0] if name else 'anonymous'} {start:x}", memory.read(end - start)
            except (OSError, ValueError):
                continue  # unmapped meanwhile


def found(pid, secrets):
    """What of the secrets is there: name, mapping, place and what stands around it."""
    any_of = re.compile(b"|".join(re.escape(s) for s in secrets))
    return [(secrets[m.group()], where, hex(m.start()), content[max(0, m.start() - 48):m.end() + 48])
            for where, content in memory_of(pid) for m in any_of.finditer(content)]


def look(pid, secrets):
    """Nothing may be left; what is on its way (an answer, a wipe) gets a moment."""
    left = []
    for _ in range(MOMENTS):
        left = found(pid, secrets)
        if not left:
            return
        time.sleep(0.1)
    for name, where, place, around in left:
        print(f"# {name} in {where} at {place}: {around}")
    raise AssertionError(f"{len(left)} places remember: {', '.join(sorted({name for name, *_ in left}))}")


def may_look():
    if os.getuid() != 0:
        raise Skip("needs root")


def instance_on(program, database):
    return Instance(program, "--demo", database=database.address, owner=database.owner)


def changed(browser):
    """Gives the person another password."""
    browser.get("/akun/sandi")
    status, page, to = browser.post("/akun/sandi", [("current", account.PASSWORD), ("new", MARKER), ("again", MARKER)])
    assert (status, to) == (303, "/akun"), (status, to, page)
    browser.note("password", MARKER.encode())
    browser.get("/akun")


def after_a_logout_nothing_is_left_of_what_opens_an_account(program, database):
    may_look()
    with instance_on(program, database) as instance, serving_on(instance) as server:
        first = account.first_administrator(server, make=Keeping)
        first.get("/akun")
        status, page, _ = first.post("/akun/pemulihan", [])
        assert status == 200, (status, page)
        account.api_token(first, ["government.read"])
        again = account.log_in(server.port, first.key, make=Keeping)
        kinds = set(first.secrets.values()) | set(again.secrets.values())
        assert kinds >= {"csrf", "recovery code", "second factor", "token", "session"}, kinds

        setup = [line.split()[2] for line in instance.made.splitlines() if line.startswith("secret ")][0]
        first.note("setup secret", setup.encode())
        first.note("password", account.PASSWORD.encode())
        for browser in (first, again):
            for path in ("/", "/akun", "/akun/token"):
                browser.get(path)
            if browser is again:
                changed(browser)
            status, _, to = browser.post("/keluar", [])
            assert (status, to) == (303, "/masuk"), status
        look(server.role("server"), first.secrets | again.secrets)


def a_wrong_password_is_forgotten_too(program, database):
    may_look()
    with instance_on(program, database) as instance, serving_on(instance) as server:
        account.first_administrator(server)
        browser = Keeping(server.port)
        browser.get("/masuk")
        for login in ("admin.satu", "tidak.ada"):
            status, _, _ = browser.post("/masuk", [("login", login), ("password", MARKER)])
            assert status == 422, status
        browser.note("password", MARKER.encode())
        look(server.role("server"), browser.secrets)


def a_secret_on_its_way_is_found_and_forgotten_when_it_breaks_off(program, database):
    may_look()
    with instance_on(program, database) as instance, serving_on(instance) as server:
        pid = server.role("server")
        secrets = {MARKER.encode(): "password"}
        with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as s:
            s.sendall(f"POST /masuk HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nOrigin: http://127.0.0.1:{server.port}\r\n"
                      "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 400\r\n\r\n"
                      f"login=a&password={MARKER}".encode())
            until("half a body is there", lambda: found(pid, secrets))
        look(pid, secrets)


TESTS = [
    *on_both(after_a_logout_nothing_is_left_of_what_opens_an_account),
    *on_both(a_wrong_password_is_forgotten_too),
    *on_both(a_secret_on_its_way_is_found_and_forgotten_when_it_breaks_off),
]

if __name__ == "__main__":
    sys.exit(tell(TESTS))
