"""stranger_test.py: what somebody hostile tries on a running demo, and gets nowhere. Speaks TAP.

One instance for all. Not for: raw bytes and slow clients (src/http/*_test.c), every role on every route
(tests/entity/matrix_test.c), hostile files (src/engine/beside_test.c).
"""

import contextlib
import http.client
import json
import re
import sys
import time
import urllib.parse

from demo_test import Browser, Demo
from program import PATIENCE, serving_on, tell, until
from serve_test import check_headers

OTHER = "kota-serang"  # a government in which the demo's people have no role
LIST = "/kerja/kota-tangerang/aksi"


class World:
    """Made at the first question, closed at the end."""

    def __init__(self):
        self.stack = contextlib.ExitStack()
        self.logged_in = {}
        self.demo = None

    def open(self, program):
        if self.demo is None:
            self.demo = self.stack.enter_context(Demo(program))
            self.server = self.stack.enter_context(serving_on(self.demo))
        return self

    def browser(self, login):
        """Logs in once: a code opens once, so a second login would have to wait for the next."""
        if login not in self.logged_in:
            self.logged_in[login] = Browser(self.server).login(self.demo, login)
        return self.logged_in[login]

    def ask(self, method, path, headers=None, body=None, cookies=None, source=None):
        """Status, headers by name in lower case, content; nothing is added to what is given."""
        c = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE,
                                       source_address=(source, 0) if source else None)
        with contextlib.closing(c):
            sent = dict(headers or {})
            if cookies:
                sent["Cookie"] = "; ".join(f"{k}={v}" for k, v in cookies.items())
            c.request(method, path, body=body, headers=sent)
            answer = c.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()

    def post(self, path, form, cookies=None, **headers):
        own = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://127.0.0.1:{self.server.port}"}
        return self.ask("POST", path, own | headers, urllib.parse.urlencode(form), cookies)


WORLD = World()


def csrf_of(content):
    return re.search(rb'name="csrf" value="([^"]*)"', content).group(1).decode()


def rows_of(browser):
    return re.findall(r'href="' + LIST + r'/(\d+)"', browser.get(LIST).decode())


def paths_mean_one_thing_or_nothing(program):
    w = WORLD.open(program)
    for path in ("/%2e%2e/etc/passwd", "/..%2f", "/a/..%5cx", "/a/%00", "/a//b", "/./", "/a/%c0%ae", LIST + "/../aksi", "//evil.example/",
                 "/ledger/1/tile/../../x", "/%0aerror%20fake"):
        assert w.ask("GET", path)[0] == 400, path
    for path in ("/a/%2500", "/%252e%252e/x", "/a/keyring", "/data/terang.db", "/.git/config", "/kerja/KOTA-TANGERANG/aksi", LIST + "/"):
        assert w.ask("GET", path)[0] == 404, path


def no_field_makes_another_method_of_a_get(program):
    w = WORLD.open(program)
    b = w.browser("planner")
    for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        assert w.ask("GET", "/keluar", {name: "POST"}, cookies=b.cookies)[0] == 404
    assert w.ask("GET", "/akun", cookies=b.cookies)[0] == 200


def a_foreign_page_changes_nothing(program):
    w = WORLD.open(program)
    b, other = w.browser("planner"), w.browser("agency_staff")
    good, foreign = csrf_of(b.get("/akun/token")), csrf_of(other.get("/akun/token"))
    form = {"name": "x", "days": "1", "scope": "agency.read"}
    for token in ({}, {"csrf": ""}, {"csrf": "x" * 86}, {"csrf": foreign}):
        assert w.post("/akun/token", form | token, b.cookies)[0] == 403, token
    for field in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"},
                  {"Sec-Fetch-Site": "same-site"}, {"Origin": f"https://127.0.0.1:{w.server.port}"}):
        assert w.post("/akun/token", form | {"csrf": good}, b.cookies, **field)[0] == 403, field
    assert w.post(f"/akun/token?csrf={good}", form, b.cookies)[0] == 403
    for kind in ("text/plain", "application/json", "application/x-www-form-urlencoded-x"):
        assert w.post("/akun/token", form | {"csrf": good}, b.cookies, **{"Content-Type": kind})[0] == 415, kind
    assert w.ask("PATCH", f"/api/v1/kota-tangerang/aksi/{rows_of(b)[0]}", {"Content-Type": "application/json"}, b"{}",
                 b.cookies)[0] == 403


def nobody_is_sent_elsewhere(program):
    w = WORLD.open(program)
    w.browser("planner")  # takes this moment's code, so the tries below end at the code's page
    for to in ("//evil.example", "/\\evil.example", "https:evil.example", "javascript:alert(1)", "///evil.example",
               "/\t/evil.example", "/akun\r\nX-Evil: y", "/masuk"):
        status, headers, _ = w.post("/masuk?" + urllib.parse.urlencode({"ke": to}),
                                    {"login": "planner", "password": w.demo.passwords["planner"], "ke": to})
        assert (status, headers["location"]) == (303, "/masuk/kode"), (to, status, headers)
        assert "x-evil" not in headers


def a_session_is_made_by_us_and_kept_by_the_browser_alone(program):
    w = WORLD.open(program)
    b = w.browser("planner")
    fixed = {"__Host-sesi": "A" * 43}
    status, headers, _ = w.post("/masuk", {"login": "planner", "password": w.demo.passwords["planner"]}, fixed)
    assert status == 303
    made = headers["set-cookie"]
    assert made.startswith("__Host-sesi=") and "=AAAA" not in made
    assert made.split("; ")[1:] == ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"], made
    assert w.ask("GET", "/akun", cookies=fixed)[0] == 303
    double = {"Cookie": f"__Host-sesi={b.cookies['__Host-sesi']}; __Host-sesi=AAAA"}
    assert w.ask("GET", "/akun", double)[0] == 303
    assert w.ask("GET", "/akun", {"Cookie": f"sesi={b.cookies['__Host-sesi']}"})[0] == 303


def no_answer_behind_a_login_is_kept_or_lacks_protection(program):
    w = WORLD.open(program)
    b = w.browser("agency_staff")
    row = rows_of(b)[0]
    for method, path, want in (("GET", "/", 200), ("GET", "/akun", 200), ("GET", LIST, 200), ("GET", f"{LIST}/{row}", 200),
                               ("GET", f"{LIST}/{row}/bukti", 200), ("GET", "/api/v1/kota-tangerang/aksi", 200),
                               ("GET", "/api/v1/kota-tangerang/aksi/1", 404), ("GET", f"/kerja/{OTHER}/aksi", 404),
                               ("GET", "/kerja/-/pengguna", 403), ("DELETE", "/akun", 405), ("OPTIONS", "/akun", 405)):
        status, headers, _ = w.ask(method, path, cookies=b.cookies)
        assert status == want, (method, path, status)
        check_headers(headers)
        assert headers["cache-control"] == "no-store", (path, headers["cache-control"])
        assert "access-control-allow-origin" not in headers


def a_file_goes_out_as_a_download_in_a_sandbox(program):
    w = WORLD.open(program)
    b = w.browser("planner")
    files = [f for row in rows_of(b) for f in re.findall(rb'href="(/kerja/[^"]*/berkas/\d+)(?:/lihat)?"', b.get(f"{LIST}/{row}"))]
    assert files
    status, headers, content = w.ask("GET", files[0].decode(), cookies=b.cookies)
    assert status == 200 and content.startswith(b"%PDF") and headers["content-disposition"].startswith("attachment; ")
    assert headers["content-security-policy"] == "default-src 'none'; sandbox" and headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert w.ask("GET", files[0].decode())[0] == 303


def rows_of_another_government_are_not_there(program):
    w = WORLD.open(program)
    b = w.browser("planner")
    row = rows_of(b)[0]
    for gov in (OTHER, "provinsi-banten", "-"):
        for path in (f"/kerja/{gov}/aksi", f"/kerja/{gov}/aksi/{row}", f"/kerja/{gov}/aksi/{row}/bukti", f"/kerja/{gov}/aksi/{row}/ubah",
                     f"/kerja/{gov}/aksi/unduh/csv", f"/api/v1/{gov}/aksi", f"/api/v1/{gov}/aksi/{row}",
                     f"/api/v1/{gov}/aksi/{row}/riwayat"):
            assert w.ask("GET", path, cookies=b.cookies)[0] == 404, path
    assert b"aksi/" not in w.ask("GET", f"/kerja/{OTHER}/cari?q=aksi", cookies=b.cookies)[2]


def a_token_reads_its_scope_below_the_interface_only(program):
    w = WORLD.open(program)
    b = w.browser("agency_staff")
    make = {"name": "x", "days": "1", "csrf": csrf_of(b.get("/akun/token"))}
    assert w.post("/akun/token", make | {"scope": "user.manage"}, b.cookies)[0] == 422
    status, _, content = w.post("/akun/token", make | {"scope": "action_item.read"}, b.cookies)
    assert status == 200
    token = re.search(rb"<code>(trg_[^<]+)</code>", content).group(1).decode()
    bearer = {"Authorization": f"Bearer {token}"}
    status, _, content = w.ask("GET", "/api/v1/kota-tangerang/aksi", bearer)
    assert status == 200 and json.loads(content)["items"]
    row = json.loads(content)["items"][0]["id"]
    assert w.ask("GET", "/api/v1/kota-tangerang/perangkat-daerah", bearer)[0] == 403
    assert w.ask("GET", f"/api/v1/{OTHER}/aksi", bearer)[0] == 404
    body = {"Content-Type": "application/json"}
    assert w.ask("PATCH", f"/api/v1/kota-tangerang/aksi/{row}", bearer | body, b"{}")[0] == 403
    for path in ("/akun", LIST):
        assert w.ask("GET", path, bearer)[0] == 303, path
    assert w.post("/akun/token", {"name": "y", "days": "1", "scope": "action_item.read"}, **bearer)[0] == 401
    for name in ("token", "access_token"):
        assert w.ask("GET", f"/api/v1/kota-tangerang/aksi?{name}={token}")[0] == 401
    assert token not in w.server.log()


def figures_are_for_this_host(program):
    w = WORLD.open(program)
    assert w.ask("GET", "/metrics")[0] == 200
    assert w.ask("GET", "/metrics", source="127.0.0.2")[0] == 404
    assert w.ask("GET", "/metrics", {"X-Forwarded-For": "127.0.0.1"}, source="127.0.0.2")[0] == 404


def an_unknown_name_takes_as_long_as_a_wrong_password(program):
    w = WORLD.open(program)
    took = {True: [], False: []}
    for login in ("head", "secretary", "inspector", "auditor"):
        for known in (True, False):
            began = time.monotonic()
            status, headers, content = w.post("/masuk", {"login": login if known else f"{login}x", "password": "bukan-kata-sandi"})
            took[known].append(time.monotonic() - began)
            assert status == 422 and "set-cookie" not in headers and b"salah" in content.lower(), (status, headers)
    known, unknown = min(took[True]), min(took[False])
    assert unknown > known / 2 and known > unknown / 2, took


def the_log_tells_who_was_refused_and_keeps_secrets(program):
    w = WORLD.open(program)
    b = w.browser("planner")
    w.post("/masuk", {"login": "auditor", "password": "RAHASIA-KETIK"})
    w.post("/masuk", {"login": "x\nlevel=error 3671010101010001 \x1b[31m", "password": "RAHASIA-KETIK"})
    w.ask("GET", "/tidak/3671010101010001")
    w.ask("GET", "/kerja/-/pengguna", cookies=b.cookies)
    w.post("/akun/token", {"name": "x"}, b.cookies)
    until("the log has it", lambda: "why=forgery" in w.server.log())
    log = w.server.log()
    assert re.search(r"warn auth step=login outcome=wrong user=[1-9]\d+ address=127\.0\.0\.1 id=\d+", log)
    assert re.search(r"warn auth step=login outcome=wrong user=0 ", log) and re.search(r"info auth step=factor outcome=good user=[1-9]", log)
    assert re.search(r"warn web\.refused why=permission status=403 permission=user\.manage path=/kerja/-/pengguna user=[1-9]\d+ ", log)
    for secret in ("RAHASIA", "3671010101010001", "\x1b", "level=error", w.demo.passwords["planner"], b.cookies["__Host-sesi"]):
        assert secret not in log, secret


TESTS = [
    paths_mean_one_thing_or_nothing,
    no_field_makes_another_method_of_a_get,
    a_foreign_page_changes_nothing,
    nobody_is_sent_elsewhere,
    a_session_is_made_by_us_and_kept_by_the_browser_alone,
    no_answer_behind_a_login_is_kept_or_lacks_protection,
    a_file_goes_out_as_a_download_in_a_sandbox,
    rows_of_another_government_are_not_there,
    a_token_reads_its_scope_below_the_interface_only,
    figures_are_for_this_host,
    an_unknown_name_takes_as_long_as_a_wrong_password,
    the_log_tells_who_was_refused_and_keeps_secrets,
]

if __name__ == "__main__":
    with WORLD.stack:
        RESULT = tell(TESTS)
    sys.exit(RESULT)
