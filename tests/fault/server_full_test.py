"""server_full_test.py: the disk fills up under a running server: pages go on, writes say so, nothing is stored by halves. TAP.

    server_full_test.py TERANG NO_ROOM

Three ways to have no room: a library before libc that says ENOSPC within the server, which needs nothing; PostgreSQL that
raises disk_full; a small file system, which needs a mount namespace of our own. Not for: the writer alone (full_test.c), the
disk of PostgreSQL itself: without room for its log it ends, and the server answers 503 until it is back.
"""

import contextlib
import ctypes
import json
import os
import pathlib
import signal
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "scenario"))

from account import Api, api_token, first_administrator, make_government
from database import postgresql
from program import Instance, Skip, serving_on, tell, until

GOV = "kota-contoh"
IMPORT = "/kerja/-/pemerintah/impor"
AGENCIES = f"/api/v1/{GOV}/perangkat-daerah"
PERMISSIONS = ["government.read", "government.create", "agency.read", "agency.create", "agency.edit", "agency.void"]
WRITES = 500
CLONE_NEWNS, CLONE_NEWUSER = 0x20000, 0x10000000
MS_REC, MS_PRIVATE, MNT_DETACH = 0x4000, 0x40000, 2


# ---- ways to have no room ----

def own_namespace(libc):
    """Where mounts are seen by this process and its children only; as whoever we are. False where that is forbidden."""
    uid, gid = os.getuid(), os.getgid()
    if libc.unshare(CLONE_NEWNS) == 0:
        return True
    if libc.unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0:
        return False
    for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        pathlib.Path("/proc/self", name).write_text(text, encoding="ascii")
    return True


class SmallDisk:
    """A tmpfs that the instance lies on."""

    left = (0, 300000, 0)  # bytes of room that the rounds begin with
    holds_files = True
    lets_start = True

    def __init__(self, place):
        self.place = place
        self.ballast = pathlib.Path(place, "ballast")

    def fill(self, left):
        """To the last byte, then makes `left` bytes of room."""
        with open(self.ballast, "wb", buffering=0) as file:
            with contextlib.suppress(OSError):
                while file.write(b"x" * 4096):
                    pass
            file.truncate(file.tell() - left)

    def free(self):
        self.ballast.unlink()


@contextlib.contextmanager
def a_small_disk(program):
    libc = ctypes.CDLL(None, use_errno=True)
    with tempfile.TemporaryDirectory(prefix="terang-full-") as place:
        if not own_namespace(libc) or libc.mount(None, b"/", None, MS_REC | MS_PRIVATE, None) != 0 or \
                libc.mount(b"none", place.encode(), b"tmpfs", 0, b"size=64m,mode=777") != 0:
            raise Skip("no file system can be mounted here")
        try:
            tempfile.tempdir = place  # the instance is made there
            instance = Instance(program, "--demo")
            tempfile.tempdir = None
            yield instance, SmallDisk(place)
        finally:
            tempfile.tempdir = None
            libc.umount2(place.encode(), MNT_DETACH)


class Library:
    """no_room.c before libc, in the server only."""

    left = (0, 0)
    holds_files = True
    lets_start = False  # SQLite begins by making its shared memory anew; a real disk has just got that room back

    def __init__(self, switch):
        self.switch = switch

    def _say(self, byte):
        with open(self.switch, "r+b") as file:
            file.write(byte)

    def fill(self, _):
        self._say(b"\1")

    def free(self):
        self._say(b"\0")


@contextlib.contextmanager
def a_library_before_libc(program):
    with tempfile.NamedTemporaryFile() as switch, Instance(program, "--demo") as instance:
        switch.write(b"\0")
        switch.flush()
        os.chmod(switch.name, 0o644)
        instance.env |= {"LD_PRELOAD": str(pathlib.Path(sys.argv[2]).resolve()), "TERANG_TEST_NO_ROOM": switch.name}
        yield instance, Library(switch.name)


class Refusal:
    """PostgreSQL says disk_full to every line of history."""

    left = (0, 0)
    holds_files = False
    lets_start = True

    def __init__(self, database, instance):
        self.run = lambda sql: database.run_sql(instance, sql)
        self.run("CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS "
                 "$$BEGIN RAISE disk_full; END$$")

    def fill(self, _):
        self.run("CREATE TRIGGER no_room BEFORE INSERT ON history EXECUTE FUNCTION no_room()")

    def free(self):
        self.run("DROP TRIGGER IF EXISTS no_room ON history")


@contextlib.contextmanager
def postgresql_that_refuses(program):
    with postgresql() as database, Instance(program, "--demo", database=database.address, owner=database.owner) as instance:
        yield instance, Refusal(database, instance)


# ---- the scenario ----

class Agencies:
    """Makes agencies and knows those that were acknowledged. A number names a request: said again, it is the same."""

    def __init__(self, api):
        self.api = api
        self.number = 0
        self.stored = set()

    def make(self, again=None):
        """Status and content."""
        if again is None:
            self.number += 1
        name = f"Dinas {again or self.number}"
        body = {"code": name[6:], "name": name, "kind": "office"}
        answer = self.api.ask("POST", AGENCIES, body, Idempotency_Key=name[6:])
        assert answer is not None, f"no answer for {name}"
        if answer[0] == 201:
            self.stored.add(name)
        return answer[0], answer[2]

    def listed(self):
        """All that are stored, over the pages of the list."""
        names, path = set(), AGENCIES
        while path:
            status, _, body = self.api.ask("GET", path)
            assert status == 200, (status, body)
            page = json.loads(body)
            names |= {item["name"] for item in page["items"]}
            path = page.get("next")
        return names


def expect_whole(server, agencies):
    """What is stored was acknowledged, and each row has its history and leaf."""
    assert agencies.listed() == agencies.stored
    checked = server.instance.run("ledger", "check", "--json")
    assert checked.returncode == 0 and json.loads(checked.stdout)["found"] == 0, checked


def expect_reads(browser):
    for path in ("/", f"/{GOV}", "/akun", "/akun/token", "/readyz", "/ledger/1/checkpoint"):
        assert browser.get(path)[0] == 200, path


def expect_a_plain_refusal(browser, agencies):
    """Programs and people are told that nothing was saved."""
    status, body = agencies.make()
    assert status == 507 and "Tidak ada yang disimpan" in json.loads(body)["detail"], (status, body)
    browser.get("/akun/token")
    status, page, _ = browser.post("/akun/token", [("name", "penuh"), ("days", "1"), ("scope", "agency.read")])
    assert status == 507 and "Tidak ada yang disimpan" in page, (status, page)
    assert ">penuh<" not in browser.get("/akun/token")[1]


def expect_no_upload(server, browser):
    browser.get(IMPORT)
    status, page, _ = browser.post_file(IMPORT, "berkas", "a.csv", "code,name\n" * 20000)
    assert status == 507 and "Tidak ada yang disimpan" in page, (status, page)
    # The answer may arrive before the server has let go of the request. Root may read what is the server's alone; whoever else
    # runs this is the server's user.
    until("nothing of the upload is left", lambda: not list(server.instance.data.joinpath("upload").iterdir()))


def signed_size(server):
    return int(server.ask("GET", "/ledger/1/checkpoint")[2].split(b"\n")[1])


def fill_and_make_room(server, disk, browser, agencies, left):
    """Writes until the disk is full, reads, makes room, and goes on with what was refused."""
    disk.fill(left)
    status = 201
    for _ in range(WRITES):
        status, _ = agencies.make()
        if status != 201:
            break
    assert status == 507, status
    refused = agencies.number
    expect_a_plain_refusal(browser, agencies)
    if disk.holds_files:
        expect_no_upload(server, browser)
    expect_reads(browser)
    expect_whole(server, agencies)

    disk.free()
    assert agencies.make(again=refused)[0] == 201
    for _ in range(20):
        assert agencies.make()[0] == 201
    expect_whole(server, agencies)


def start_again_while_full(server, disk, browser, agencies):
    """A crash on a full disk does not end the reads either, or only until there is room."""
    disk.fill(0)
    first = server.role("server")
    os.kill(first, signal.SIGKILL)
    agencies.api.close()
    if disk.lets_start:
        server.role("server", other_than=first)
        until("it serves again", lambda: server.status("/readyz") == 200)
        expect_reads(browser)
    disk.free()
    until("it serves again", lambda: server.status("/readyz") == 200)
    assert until("it writes again", lambda: agencies.make()[0] == 201)
    expect_whole(server, agencies)


def without_room_on(way):
    def reads_go_on_and_writes_say_so(program):
        with way(program) as (instance, disk), serving_on(instance) as server:
            roles = server.roles()
            browser = first_administrator(server)
            api = Api(server.port, api_token(browser, PERMISSIONS))
            make_government(api, GOV)
            agencies = Agencies(api)
            for left in disk.left:
                fill_and_make_room(server, disk, browser, agencies, left)
            assert server.roles() == roles, "it was started again"
            size = signed_size(server)
            assert agencies.make()[0] == 201
            until("the log goes on", lambda: signed_size(server) > size)
            start_again_while_full(server, disk, browser, agencies)
    reads_go_on_and_writes_say_so.__name__ += f"_on_{way.__name__}"
    return reads_go_on_and_writes_say_so


if __name__ == "__main__":
    sys.exit(tell([without_room_on(way) for way in (a_library_before_libc, postgresql_that_refuses, a_small_disk)]))
