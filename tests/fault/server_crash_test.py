"""server_crash_test.py: kills the whole server again and again under writers; nothing acknowledged may be missing. TAP.

    server_crash_test.py TERANG

Clients write over the API and keep a book of what was acknowledged. The server, the signer, the parent or all at once are
killed at a random moment, now and then while they start; each client repeats the request whose answer it did not get,
with the same key. Every few kills the tables must be the book: no row too few or too many, each with its revision, its
lines of history and its leaf, and the log an extension of everything that was ever signed.

TERANG_TEST_LONG=1 makes ten times as many kills. By hand: TERANG_KILLS sets their number, TERANG_SEED repeats the choices of
a run (not its moments, which are the machine's). Not for: the writer alone (crash_test.c), power cuts (cut_test.c).
"""

import base64
import collections
import hashlib
import json
import os
import pathlib
import random
import signal
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "scenario"))

from account import Api, api_token, first_administrator, make_government
from database import postgresql, sqlite
from program import PATIENCE, Instance, run, serving_on, tell, until

KILLS = {"sqlite": 200, "postgresql": 30}
LOOK_EVERY = 20
CLIENTS = 4  # each with a token of its own, since a token's rate is limited
EARLY = 0.1  # of the kills hit a server that starts
PAUSE_S = 0.008
GOV = "kota-contoh"
PERMISSIONS = ["government.read", "government.create", "agency.read", "agency.create", "agency.edit", "agency.void"]
VICTIMS = ["server", "server", "signer", "parent", "all"]


class Agency:
    """A row as its client was told it is."""

    def __init__(self, path, name):
        self.path = path
        self.id = path.rsplit("/", 1)[1]
        self.name = name
        self.rev = 1
        self.voided = False


class Client(threading.Thread):
    """Writes one request after the other over a connection that it keeps, rows of its own only, until told to stop."""

    def __init__(self, port, token, number, seed):
        super().__init__(daemon=True)
        self.api, self.number = Api(port, token), number
        self.random = random.Random(f"{seed} client {number}")
        self.rows = []
        self.asked = self.acked = self.repeated = self.was_there = 0
        self.going = threading.Event()
        self.resting = threading.Event()
        self.over = False
        self.fault = None

    def until_answered(self, method, path, body=None, **headers):
        """Repeats a request until somebody says how it ended; 503 says that it is not known yet, or not now."""
        end_at, tries, answer = time.monotonic() + PATIENCE, 0, None
        while time.monotonic() < end_at:
            answer = self.api.ask(method, path, body, **headers)
            tries += 1
            if answer is not None and answer[0] not in (429, 503):
                return answer, tries > 1
            time.sleep(PAUSE_S)
        raise AssertionError(f"{method} {path}: no answer within {PATIENCE} s, at last {answer}")

    def write(self, method, path, body, rev=None):
        self.asked += 1
        if_match = {"If_Match": f'"{rev}"'} if rev is not None else {}
        answer, again = self.until_answered(method, path, body, Idempotency_Key=f"{self.number}-{self.asked}", **if_match)
        assert answer[0] != 303 or again, f"{method} {path}: said to be repeated the first time"
        self.acked += 1
        self.repeated += again
        self.was_there += answer[0] == 303
        return answer

    def create(self):
        name = f"Dinas {self.number}-{self.asked}"
        status, headers, body = self.write("POST", f"/api/v1/{GOV}/perangkat-daerah", {
            "code": f"{self.number}-{self.asked}", "name": name, "kind": "office"})
        assert status in (201, 303), (status, body)
        self.rows.append(Agency(headers["Location"], name))

    def change(self, row):
        name = f"{row.name.split('.')[0]}.{row.rev}"
        status, _, body = self.write("PATCH", row.path, {"name": name}, row.rev)
        assert status == 303 or (status == 200 and json.loads(body)["rev"] == row.rev + 1), (status, row.rev, body)
        row.name = name
        row.rev += 1

    def void(self, row):
        status, _, body = self.write("POST", f"{row.path}/batal", {"remark": "uji"}, row.rev)
        assert status in (200, 303), (status, body)
        row.rev += 1
        row.voided = True

    def read(self, row):
        (status, _, body), _ = self.until_answered("GET", row.path)
        assert status == 200, (status, body)
        stored = json.loads(body)
        assert (stored["rev"], stored["name"]) == (row.rev, row.name), (stored, row.rev, row.name)

    def act(self):
        row = self.random.choice(self.rows[-20:]) if self.rows else None
        chance = self.random.random()
        if row is None or chance < 0.25:
            self.create()
        elif row.voided or chance < 0.35:
            self.read(row)
        elif chance < 0.9:
            self.change(row)
        else:
            self.void(row)

    def run(self):
        try:
            while not self.over:
                if self.going.is_set():
                    self.act()
                else:
                    self.resting.set()
                    self.going.wait()
        except Exception as why:
            self.fault = why
            self.resting.set()


class Crowd:
    """All clients together."""

    def __init__(self, port, tokens, seed):
        self.clients = [Client(port, token, number, seed) for number, token in enumerate(tokens, 1)]
        for c in self.clients:
            c.start()

    def go(self):
        for c in self.clients:
            c.resting.clear()
            c.going.set()

    def rest(self):
        """Until each has its last answer."""
        for c in self.clients:
            c.going.clear()
        for c in self.clients:
            assert c.resting.wait(PATIENCE * 2), f"client {c.number} does not come to rest"
        self.raise_faults()

    def finish(self):
        for c in self.clients:
            c.over = True
            c.going.set()

    def raise_faults(self):
        for c in self.clients:
            if c.fault is not None:
                raise c.fault

    def sum(self, what):
        return sum(getattr(c, what) for c in self.clients)

    def book(self):
        """What must be stored: id to revision, name, voided."""
        return {row.id: (row.rev, row.name, row.voided) for c in self.clients for row in c.rows}


# ---- killing ----

def lives(pid):
    """A zombie does not: it has let go of everything, whoever is to collect it."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass  # it ended this moment, as its round did


def kill_and_start_again(server, victim):
    """A role, which the parent starts again, or the parent, or all, as a service manager starts them again."""
    roles = server.roles()
    if victim in ("server", "signer"):
        kill(roles.get(victim) or server.role(victim))
        return
    if victim == "all":
        for pid in roles.values():
            kill(pid)
    server.process.kill()
    server.process.wait()
    until("its roles are gone with the parent", lambda: not any(lives(pid) for pid in roles.values()))
    server.start()


def wait_for_answers(server, crowd):
    """Until this life has acknowledged something: more than what was on its way in the life before."""
    enough, end_at = crowd.sum("acked") + CLIENTS + 1, time.monotonic() + PATIENCE
    while crowd.sum("acked") < enough:
        crowd.raise_faults()
        assert server.process.poll() is None, f"the parent ended with {server.process.returncode}"
        assert time.monotonic() < end_at, f"nothing is acknowledged within {PATIENCE} s after a kill"
        time.sleep(0.002)


# ---- looking ----

def rows(database, instance, sql):
    """As lists of texts, on both databases."""
    said = database.run_sql(instance, sql)
    if database.name == "sqlite":
        return [[str(v) for v in row] for row in json.loads(said)]
    return [line.split("|") for line in said.splitlines()]


def expect_the_book(instance, database, crowd):
    """Stored rows are those of the book, each with a line of history and a leaf for every revision."""
    stored = {id_: (int(rev), name, int(voided) == 1) for id_, rev, name, voided in rows(
        database, instance, "SELECT id, rev, name, CASE WHEN voided_at IS NULL THEN 0 ELSE 1 END FROM agency")}
    book = crowd.book()
    assert stored == book, {"lost": sorted(book.keys() - stored.keys())[:5], "extra": sorted(stored.keys() - book.keys())[:5],
                            "differ": [(stored[k], book[k]) for k in stored.keys() & book.keys() if stored[k] != book[k]][:5]}
    lines = {record: (int(n), int(last), int(leaves)) for record, n, last, leaves in rows(
        database, instance, "SELECT h.record, count(*), max(h.rev), count(e.idx) FROM history h LEFT JOIN ledger_entry e "
        "ON e.idx = h.leaf_idx AND e.leaf_hash = h.leaf_hash WHERE h.entity = 'agency' GROUP BY h.record")}
    assert lines == {id_: (rev, rev, rev) for id_, (rev, _, _) in book.items()}
    checked = instance.run("ledger", "check", "--json")
    assert checked.returncode == 0 and json.loads(checked.stdout)["found"] == 0, checked


def signed_head(server):
    """Size and root of the checkpoint that is served; size 0 while there is none."""
    status, _, note = server.ask("GET", "/ledger/1/checkpoint")
    if status != 200:
        return 0, None
    _, size, root = note.decode("utf-8").split("\n")[:3]
    return int(size), base64.b64decode(root)


def roots_of(leaves, sizes):
    """The root of the first n leaf hashes for each n in sizes (RFC 6962)."""
    subtrees, found = [], {}
    for n, leaf in enumerate(leaves, 1):
        level, node = n, leaf
        while level % 2 == 0:
            node = hashlib.sha256(b"\x01" + subtrees.pop() + node).digest()
            level //= 2
        subtrees.append(node)
        if n in sizes:
            root = subtrees[-1]
            for left in reversed(subtrees[:-1]):
                root = hashlib.sha256(b"\x01" + left + root).digest()
            found[n] = root
    return found


def expect_an_extension(instance, database, heads):
    """Everything that was ever seen signed is the beginning of what is stored now."""
    text = "lower(hex(leaf_hash))" if database.name == "sqlite" else "encode(leaf_hash, 'hex')"
    stored = rows(database, instance, f"SELECT idx, {text} FROM ledger_entry ORDER BY idx")
    assert [int(idx) for idx, _ in stored] == list(range(len(stored))), "the log has gaps"
    wanted = {size: root for size, root in heads if size > 0}
    assert roots_of([bytes.fromhex(leaf) for _, leaf in stored], wanted) == wanted


def expect_a_proof(program, server, crowd):
    """Of a row that will not change any more, under the newest checkpoint, for somebody who has only the log's key."""
    row = next((r for c in crowd.clients for r in c.rows if r.voided), None)
    if row is None:
        return
    proof = until("a proof", lambda: (p := server.instance.run("proof", f"agency/{row.id}")).returncode == 0 and p.stdout)
    vkey = server.ask("GET", "/ledger/1/log.vkey")[2].decode("ascii").strip()
    with tempfile.NamedTemporaryFile("w", suffix=".tlog-proof", encoding="utf-8") as file:
        file.write(proof)
        file.flush()
        verified = run(program, "verify", file.name, "--vkey", vkey)
    assert verified.returncode == 0, verified


def look(program, database, server, crowd, heads):
    crowd.rest()
    until("it is ready", lambda: server.status("/readyz") == 200)
    expect_the_book(server.instance, database, crowd)
    n = int(rows(database, server.instance, "SELECT count(*) FROM ledger_entry")[0][0])
    head = until("every leaf is signed", lambda: (h := signed_head(server))[0] >= n and h)
    assert head[0] >= heads[-1][0], f"the log shrank from {heads[-1][0]} to {head[0]}"
    heads.append(head)
    expect_a_proof(program, server, crowd)


# ---- the loop ----

def kills_of(database):
    wanted = os.environ.get("TERANG_KILLS")
    return int(wanted) if wanted else KILLS[database.name] * (10 if os.environ.get("TERANG_TEST_LONG") == "1" else 1)


def people(server):
    """A token for each client, and the government they write for."""
    browser = first_administrator(server)
    tokens = [api_token(browser, PERMISSIONS, f"klien {i}") for i in range(CLIENTS)]
    make_government(Api(server.port, tokens[0]), GOV)
    return tokens


def kill_again_and_again(program, database, server, crowd, chance):
    kills, began, heads, ends = kills_of(database), time.monotonic(), [(0, None)], collections.Counter()
    for i in range(1, kills + 1):
        victim = chance.choice(VICTIMS)
        ends[victim] += 1
        crowd.go()
        if chance.random() >= EARLY:
            wait_for_answers(server, crowd)
        time.sleep(chance.uniform(0, 0.1))
        kill_and_start_again(server, victim)
        if i % LOOK_EVERY == 0 or i == kills:
            look(program, database, server, crowd, heads)
    expect_an_extension(server.instance, database, heads)
    seconds = time.monotonic() - began
    print(f"# {database.name}: {dict(ends)} killed in {seconds:.0f} s, {kills / seconds:.1f} a second; {crowd.sum('acked')} "
          f"acknowledged, of these {crowd.sum('repeated')} repeated, {crowd.sum('was_there')} had been stored; log of {heads[-1][0]}")


def crash_loop(make):
    def nothing_acknowledged_is_lost(program):
        seed = os.environ.get("TERANG_SEED") or random.SystemRandom().randrange(1 << 32)
        print(f"# TERANG_SEED={seed}", flush=True)
        with make() as database, Instance(program, "--demo", database=database.address, owner=database.owner) as instance, \
                serving_on(instance) as server:
            crowd = Crowd(server.port, people(server), seed)
            try:
                kill_again_and_again(program, database, server, crowd, random.Random(f"{seed} kills"))
            finally:
                crowd.finish()
    nothing_acknowledged_is_lost.__name__ += f"_on_{make.__name__}"
    return nothing_acknowledged_is_lost


if __name__ == "__main__":
    sys.exit(tell([crash_loop(sqlite), crash_loop(postgresql)]))
