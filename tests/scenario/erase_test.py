"""erase_test.py: a person is erased from an instance with everything in it: pages, ledger, proofs, backups, bytes, and a job
that is killed on its way (docs/decisions/0008). Speaks TAP.

Each on SQLite and on PostgreSQL. Not for: the parts one by one (src/engine/erase_test.c), who may order it
(src/core/erase/order_test.c).
"""

import csv
import json
import os
import pathlib
import re
import signal
import sys
import tempfile
import time
import urllib.parse

from account import Api, Browser, api_token
from backup_test import checkpoint_size, elsewhere, empty_database, good, keygen, outside
from database import on_both
from demo_test import Demo
from program import serving_on, tell, until

NAME, NIK, EMAIL, PHONE = "Wirawangsa Xqzv", "3671014505850007", "wirawangsa.xqzv@contoh.id", "081298765432"
CITY = "/kerja/kota-tangerang"
GONE = "[dihapus]"
ROWS = 60  # more than a slice of the job
MARKS = [mark.encode() for text in (NAME, NIK, EMAIL, PHONE) for mark in (text, urllib.parse.quote_plus(text))]


def as_login(demo, server, login):
    """A browser in which this person of the demo is logged in, who has just shown a second factor."""
    browser = Browser(server.port)
    browser.get("/masuk")
    status, page, to = browser.post("/masuk", [("login", login), ("password", demo.passwords[login])])
    assert (status, to) == (303, "/masuk/kode"), (status, to, page[-900:])
    browser.get(to)
    status, page, _ = browser.post(to, [("code", demo.code(login))])
    assert status == 303, (status, page[-900:])
    return browser


def seen(browser, path):
    status, page, _ = browser.get(path)
    assert status == 200, (path, status)
    return page


def sent(browser, path, form=()):
    status, page, to = browser.post(path, form)
    assert status == 303, (path, status, page[-900:])
    return to


def make_officer(demo, server):
    """The operator becomes data protection officer of the city too: proposed on the command line, agreed by a person."""
    admin = as_login(demo, server, "admin")
    page = seen(admin, "/kerja/-/pengguna")
    user = next(u for u in re.findall(r'href="(/kerja/-/pengguna/\d+)"', page) if "Oki Contoh" in seen(admin, u))
    action = re.search(rf'action="({user}/peran/\d+/setujui)"', seen(admin, user))[1]
    sent(admin, action)
    return admin


class World:
    """A city that knows a person: in a row of its own, in rows of actions, their history, a comment, a file."""

    def __init__(self, demo, database):
        self.demo, self.database = demo, database
        people = pathlib.Path(outside(demo, "orang.csv"))
        with people.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["name", "nik", "email", "phone"], [NAME, NIK, EMAIL, PHONE]])
        people.chmod(0o644)
        good(demo.run("import", str(people), "--as", "orang", "--gov", "kota-tangerang"))
        people.unlink()
        self.person = re.search(r"\d+", database.run_sql(demo, f"SELECT id FROM person WHERE name = '{NAME}'"))[0]
        good(demo.run("user", "grant", "operator", "data_protection_officer", "--gov", "36.71"))

    def fill(self, server):
        """What people add to it over the pages and over the interface for programs."""
        self.admin = make_officer(self.demo, server)
        self.planner = as_login(self.demo, server, "planner")
        token = api_token(self.planner, ["action_plan.read", "action_item.read", "action_item.create", "action_item.edit",
                                         "action_item.plan"])
        self.api = Api(server.port, token)
        status, _, body = self.api.ask("GET", "/api/v1/kota-tangerang/aksi")
        assert status == 200, body
        plan = json.loads(body)["items"][0]["plan"]
        self.items = [self.make_item(plan, n) for n in range(ROWS)]
        first = f"{CITY}/aksi/{self.items[0]}"
        seen(self.planner, first)
        sent(self.planner, f"{first}/catatan", [("isi", f"Sudah ditanyakan kepada {NAME}, {PHONE}")])
        status, page, _ = self.planner.post_file(f"{first}/berkas", "berkas", "catatan.csv",
                                                   f"NIK {NIK} atas nama {NAME}\n")
        assert status == 303, (status, page[-900:])
        self.planner.get(f"{CITY}/aksi?q=" + urllib.parse.quote_plus(NAME))

    def make_item(self, plan, n):
        status, _, body = self.api.ask("POST", "/api/v1/kota-tangerang/aksi", {
            "plan": plan, "area": "Perizinan", "action": f"Aksi percobaan {n}", "pic_name": NAME})
        assert status == 201, body
        return json.loads(body)["id"]

    def prove(self, rec):
        """The text of a proof that opens all it can; it is valid."""
        proof = good(self.demo.run("proof", rec, "--open", "all")).stdout
        self.verify(proof)
        return proof

    def verify(self, proof):
        with tempfile.NamedTemporaryFile("w", suffix=".tlog-proof", encoding="utf-8") as file:
            file.write(proof)
            file.flush()
            os.chmod(file.name, 0o644)
            good(self.demo.run("verify", file.name, "--vkey", self.demo.told["vkey"]))

    def order(self, server):
        """Ordered by one and confirmed by another; where the order is shown."""
        new = f"{CITY}/penghapusan/baru?jenis=person&id={self.person}"
        page = seen(self.admin, new)
        files = re.findall(r'name="files"[^>]*value="(\d+)"', page)
        assert len(files) == 1, page[-3000:]
        to = sent(self.admin, f"{CITY}/penghapusan/baru", [
            ("jenis", "person"), ("id", self.person), ("reason", "asked"), ("letter", "800/12"), ("files", files[0])])
        self.officer = as_login(self.demo, server, "operator")
        seen(self.officer, to)
        sent(self.officer, f"{to}/setujui")
        return to

    def status(self):
        return re.sub(r'[^a-z]', "", self.database.run_sql(self.demo, "SELECT status FROM erase_order"))

    def slices(self):
        """How often the job has stored where it is."""
        return int(re.sub(r"\D", "", self.database.run_sql(self.demo, "SELECT slices FROM job WHERE kind = 'erase'")))

    def wait_for_bytes(self):
        """A removal that was cut off is tried again a minute later."""
        end = time.monotonic() + 100
        while time.monotonic() < end:
            left = self.database.run_sql(self.demo, "SELECT count(*) FROM outbox WHERE kind = 'erase-file' AND done_at IS NULL")
            if left.strip("[]\n ") == "0":
                return
            time.sleep(0.5)
        raise AssertionError("the bytes of the file are still to be removed")

    def wait(self):
        until("the person is erased", lambda: self.status() == "done")
        until("the job has ended", lambda: "done" in self.database.run_sql(self.demo,
                                                                           "SELECT state FROM job WHERE kind = 'erase'"))
        self.wait_for_bytes()


def settled(demo, server):
    """All leaves are in a signed tree."""
    until("everything is signed", lambda: json.loads(good(demo.run("ledger", "status", "--json")).stdout)["size"]
          == checkpoint_size(server))


def holds(content, what):
    for mark in MARKS:
        assert mark not in content, f"{what} holds {mark}"


def look_in_files(folder):
    for file in pathlib.Path(folder).rglob("*"):
        if file.is_file():
            holds(file.read_bytes(), file)


def look_in_database(demo, database):
    """Files of the instance, and of PostgreSQL once the owner has made it drop what is dead."""
    look_in_files(demo.data)
    if database.name == "postgresql":
        place = database.run_sql(demo, "SELECT current_setting('data_directory') || '/base/' || oid FROM pg_database "
                                 "WHERE datname = current_database()").strip()
        database.admin("CHECKPOINT")
        look_in_files(place)


def look_at_pages(world, server):
    """Every place says that something was there; none shows it."""
    item = f"aksi/{world.items[0]}"
    for browser, path in ((world.officer, "orang"), (world.officer, f"orang/{world.person}"), (world.planner, item)):
        page = seen(browser, f"{CITY}/{path}")
        holds(page.encode(), path)
        assert GONE in page, (path, page[page.find("<main"):][:6000])
    for path in ("aksi", f"cari?q={urllib.parse.quote_plus(NAME)}", "pekerjaan"):
        page = seen(world.planner, f"{CITY}/{path}")
        assert f"/{world.items[0]}\"" not in page or path == "aksi", path
    world.api.close()  # it has rested too long
    status, _, body = world.api.ask("GET", f"/api/v1/kota-tangerang/{item}")
    assert status == 200, body
    holds(body, "the interface for programs")
    assert json.loads(body)["pic_name"] is None, body


def an_erased_person_is_nowhere_and_the_ledger_stays_valid(program, database):
    with Demo(program, database) as demo:
        world = World(demo, database)
        secret = keygen(demo)
        with serving_on(demo) as server:
            world.fill(server)
            settled(demo, server)
            before = [world.prove(rec) for rec in (f"person/{world.person}", f"action_item/{world.items[0]}")]
            world.order(server)
            world.wait()
            settled(demo, server)
            look_at_pages(world, server)
            for proof in before:
                world.verify(proof)
            after = [world.prove(rec) for rec in (f"person/{world.person}", f"action_item/{world.items[0]}")]
            log = server.log()
        holds("".join(after).encode(), "a proof")
        holds(log.encode(), "the log")
        good(demo.run("ledger", "check"))
        good(demo.run("vacuum"))
        look_in_database(demo, database)
        given = good(demo.run("export", "aksi", "--gov", "kota-tangerang", "--user", "planner", "--reason", "rapat evaluasi"))
        holds(given.stdout.encode(), "an export")
        assert GONE in given.stdout
        restored_without(demo, database, secret)


def restored_without(demo, database, secret):
    """What is saved now brings nobody back."""
    archive, keys = outside(demo, "archive"), outside(demo, "keyfile")
    good(demo.run("backup", archive))
    good(demo.run("backup", "keys", keys))
    empty_database(database)
    data = elsewhere(demo, "restored")
    good(demo.run("restore", archive, "--key", secret, "--keys", keys))
    good(demo.run("ledger", "check"))
    look_in_files(data)
    left = database.run_sql(demo, f"SELECT count(*) FROM person WHERE name = '{NAME}'")
    assert left.strip("[]\n ") == "0", left


def kill(server):
    """The whole server at once, as by a loss of power; then it is started again."""
    parent = server.process.pid
    children = pathlib.Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()
    for pid in (parent, *map(int, children)):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass  # the parent's end took it along
    server.process.wait()
    until("the port is free", lambda: server.status("/healthz") is None)
    server.start()


def a_job_that_is_killed_goes_on_to_the_same_end(program, database):
    with Demo(program, database) as demo:
        world = World(demo, database)
        with serving_on(demo) as server:
            world.fill(server)
            world.order(server)
            kills = 0
            while kills < 3 and world.status() != "done":
                slices = world.slices()
                kill(server)
                kills += 1
                until("the server is back", lambda: server.process.poll() is not None or server.status("/readyz") == 200)
                # A job that is killed thrice before it gets anywhere is given up: it may be what kills.
                until("the job goes on", lambda before=slices: world.slices() > before or world.status() == "done")
            assert kills > 0, "it was done before the first kill"
            world.wait()
            log = server.log()
        holds(log.encode(), "the log")
        good(demo.run("ledger", "check"))
        good(demo.run("vacuum"))
        look_in_database(demo, database)
        left = database.run_sql(demo, "SELECT count(*) FROM ledger_key WHERE kind = 'subject' AND id = "
                                f"(SELECT record_key FROM person WHERE id = {world.person})")
        assert left.strip("[]\n ") == "0", left


BOTH = [an_erased_person_is_nowhere_and_the_ledger_stays_valid, a_job_that_is_killed_goes_on_to_the_same_end]

if __name__ == "__main__":
    sys.exit(tell([t for test in BOTH for t in on_both(test)]))
