"""mail_test.py: mail as it leaves the program: a forgotten password from the page to the login, a mail server that is away, one
that wants a login from a file. Speaks TAP. Not for: words of mails, limits (src/core/user/forgotten_test.c).
"""

import base64
import contextlib
import email
import email.policy
import os
import pathlib
import re
import socketserver
import sys
import threading

from account import Browser, first_administrator
from database import on_both
from program import Instance, free_port, serving_on, tell, until

FRESH = "kopi-hangat-senja-biru"
LOGIN = ("terang-surel", "rahasia-surel-9341")


class Handler(socketserver.StreamRequestHandler):
    """One conversation in SMTP."""

    def say(self, text):
        self.wfile.write(text.encode("ascii") + b"\r\n")

    def line(self):
        return self.rfile.readline().decode("ascii").rstrip("\r\n")

    def authenticated(self, line):
        if line.startswith("AUTH PLAIN"):
            told = line[len("AUTH PLAIN"):].strip()
            if not told:
                self.say("334 ")
                told = self.line()
            _, name, password = base64.b64decode(told).decode().split("\0")
            self.server.logins.append((name, password))
            self.say("235 good" if (name, password) == LOGIN else "535 no")
            return True
        return False

    def data(self):
        self.say("354 go")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        self.server.mails.append(email.message_from_bytes(b"".join(lines), policy=email.policy.default))
        self.say("250 taken")

    def handle(self):
        self.say("220 tes.example")
        while line := self.line():
            if line.startswith("EHLO"):
                self.say("250-tes.example")
                self.say("250 AUTH PLAIN" if self.server.wants_login else "250 SIZE 65536")
            elif line.startswith("DATA"):
                self.data()
            elif line.startswith("QUIT"):
                self.say("221 bye")
                return
            elif not self.authenticated(line):
                self.say("250 good")


class MailServer(socketserver.ThreadingTCPServer):
    """Takes every mail on a port of loopback; a context manager that listens as long as it lasts."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port, wants_login=False):
        super().__init__(("127.0.0.1", port), Handler)
        self.mails, self.logins, self.wants_login = [], [], wants_login
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


def with_mail(instance, port):
    instance.env |= {"TERANG_MAIL": f"smtp://127.0.0.1:{port}", "TERANG_MAIL_FROM": "terang@kota.example"}


def link_in(mail, path):
    return re.search(rf"{re.escape(path)}\?kunci=([A-Za-z0-9_-]+)", mail.get_content())[1]


def confirm_address(browser, server, mails, address):
    """The person's address, from the page of the account to the confirmed one."""
    status, page, _ = browser.post("/akun/surel", [("email", address)])
    assert status == 200, (status, page)
    mail = until("the mail with the link comes", lambda: mails and mails[-1])
    assert mail["To"].addresses[0].addr_spec == address, mail["To"]
    secret = link_in(mail, "/akun/surel/sah")
    anybody = Browser(server.port)
    assert anybody.get(f"/akun/surel/sah?kunci={secret}")[0] == 200
    assert anybody.post("/akun/surel/sah", [("kunci", secret)])[0] == 200
    return secret


@on_both
def from_the_page_to_the_login(program, database):
    port = free_port()
    with MailServer(port) as post, Instance(program, database=database.address, owner=database.owner) as instance:
        with_mail(instance, port)
        with serving_on(instance) as server:
            administrator = first_administrator(server)
            administrator.get("/akun")
            confirmed = confirm_address(administrator, server, post.mails, "satu@kota.example")
            stranger = Browser(server.port)
            stranger.get("/masuk/lupa")
            before = len(post.mails)
            assert stranger.post("/masuk/lupa", [("login", "satu@kota.example")])[0] == 200
            until("the link comes", lambda: len(post.mails) > before)
            secret = link_in(post.mails[-1], "/masuk/baru")
            assert stranger.get(f"/masuk/baru?kunci={secret}")[0] == 200
            status, page, _ = stranger.post("/masuk/baru", [("kunci", secret), ("new", FRESH), ("again", FRESH)])
            assert status == 200 and stranger.cookie is None, (status, page)
            assert administrator.get("/akun")[0] == 303, "a session outlived the password"
            assert stranger.post("/masuk/baru", [("kunci", secret), ("new", FRESH), ("again", FRESH)])[0] == 410
            status, _, to = stranger.post("/masuk", [("login", "admin.satu"), ("password", FRESH)])
            assert (status, to) == (303, "/masuk/kode"), (status, to)
            until("the old contact is told", lambda: len(post.mails) > before + 1)
            ids = [m["Message-ID"] for m in post.mails]
            assert len(set(ids)) == len(ids) == before + 2, ids
            log = server.log()
            assert secret not in log and confirmed not in log and "satu@kota.example" not in log
            assert "/masuk/baru" in log


@on_both
def a_mail_server_that_was_away_gets_everything_once(program, database):
    port = free_port()
    with Instance(program, "--demo", database=database.address, owner=database.owner) as instance:
        with_mail(instance, port)
        clock = instance.data / "upload" / "clock"  # a folder that the server may read behind its locks
        clock.write_text("0", encoding="ascii")
        clock.chmod(0o644)
        instance.env["TERANG_TEST_CLOCK"] = str(clock)
        with serving_on(instance) as server:
            administrator = first_administrator(server)
            administrator.get("/akun")
            status, page, _ = administrator.post("/akun/surel", [("email", "satu@kota.example")])
            assert status == 200, (status, page)
            until("it was tried", lambda: "mail.not-sent" in server.log())
            assert server.status("/readyz") == 200
        # The server ends and comes back, and so does the mail server, twenty hours later: the link is good for a day.
        clock.write_text(str(20 * 3600 * 1000), encoding="ascii")
        with MailServer(port) as post, serving_on(instance) as server:
            until("the mail comes", lambda: post.mails)
            until("it is noted", lambda: "mail.sent" in server.log())
            assert len(post.mails) == 1, len(post.mails)
            assert post.mails[0]["To"].addresses[0].addr_spec == "satu@kota.example"


def the_login_of_the_mail_server_stays_in_its_file(program):
    port = free_port()
    with MailServer(port, wants_login=True) as post, Instance(program, "--demo") as instance:
        with_mail(instance, port)
        secret = pathlib.Path(instance.folder.name, "mail.login")
        secret.write_text("\n".join(LOGIN) + "\n", encoding="ascii")
        secret.chmod(0o600)
        if os.getuid() == 0:
            os.chown(secret, instance.data.stat().st_uid, instance.data.stat().st_gid)
        instance.env["TERANG_MAIL_LOGIN"] = str(secret)
        with serving_on(instance) as server:
            administrator = first_administrator(server)
            administrator.get("/akun")
            assert administrator.post("/akun/surel", [("email", "satu@kota.example")])[0] == 200
            until("the mail comes", lambda: post.mails)
            assert post.logins == [LOGIN], post.logins
            for pid in (server.process.pid, *server.roles().values()):
                for what in ("environ", "cmdline"):
                    with contextlib.suppress(ProcessLookupError, FileNotFoundError):  # a child that has done its work
                        assert LOGIN[1].encode() not in pathlib.Path(f"/proc/{pid}/{what}").read_bytes()
            assert LOGIN[1] not in server.log()


def a_login_that_others_can_read_is_not_used(program):
    port = free_port()
    with MailServer(port, wants_login=True) as post, Instance(program, "--demo") as instance:
        with_mail(instance, port)
        secret = pathlib.Path(instance.folder.name, "mail.login")
        secret.write_text("\n".join(LOGIN) + "\n", encoding="ascii")
        secret.chmod(0o644)
        instance.env["TERANG_MAIL_LOGIN"] = str(secret)
        found = instance.run("doctor")
        assert found.returncode == 1 and "mail.login" in found.stdout, found
        with serving_on(instance) as server:
            assert "serve.mail" in server.log()
            administrator = first_administrator(server)
            administrator.get("/akun")
            assert administrator.post("/akun/surel", [("email", "satu@kota.example")])[0] == 200
            until("it was tried", lambda: "mail.not-sent" in server.log())
            assert not post.mails and not post.logins


def a_wrong_setting_is_said_at_the_start(program):
    with Instance(program, "--demo") as instance:
        for name, value in (("TERANG_MAIL", "http://127.0.0.1/"), ("TERANG_MAIL", "smtp://rina:rahasia@127.0.0.1"),
                            ("TERANG_MAIL_FROM", "rina")):
            with_mail(instance, 25)
            instance.env[name] = value
            done = instance.run("serve", "--listen=127.0.0.1:0")
            assert done.returncode == 2 and name in done.stderr, done
            assert "rahasia" not in done.stderr


TESTS = [
    *from_the_page_to_the_login,
    *a_mail_server_that_was_away_gets_everything_once,
    the_login_of_the_mail_server_stays_in_its_file,
    a_login_that_others_can_read_is_not_used,
    a_wrong_setting_is_said_at_the_start,
]

if __name__ == "__main__":
    sys.exit(tell(TESTS))
