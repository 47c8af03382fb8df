"""world.py: what run.py measures on: a demo instance with many actions, the floor program on a copy of its database, the load.

Processes belong to whoever starts them here and are ended by their ids. Not for: judging (run.py).
"""

import contextlib
import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/scenario"))

import program  # noqa: E402
from demo_test import Browser, Demo  # noqa: E402
from program import Instance, Server, as_user, end, free_port  # noqa: E402, F401

BUILD = pathlib.Path(os.environ.get("TERANG_BUILD", ROOT / "build")) / "release"
TERANG = str(BUILD / "src/main/terang")
ACTIONS = "/kerja/kota-tangerang/aksi"
THREADS = 2  # of wrk
TICK = os.sysconf("SC_CLK_TCK")
program.PATIENCE = 600  # filling takes longer than any scenario


class Unmeasured(Exception):
    """A row could not be measured; the text says why."""


def cpu(pids, ended=False):
    """Seconds of CPU that processes have used; with `ended`, also those of their children that have come and gone."""
    used = 0
    for pid in pids:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
        used += sum(int(f) for f in fields[11:15 if ended else 13])
    return used / TICK


def memory_mb(pids):
    """What processes hold, memory that they share counted once."""
    kb = 0
    for pid in pids:
        text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
        kb += int(re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE).group(1))
    return kb / 1024


class Target:
    """A server that is asked: .ask() is one run of load on it."""

    def __init__(self, port, pids, cookie=""):
        self.port, self.pids, self.cookie = port, pids, cookie

    def ask(self, paths, method="GET", body="", once=False, connections=16, seconds=2, encoding="identity", whole=False):
        """Requests, CPU in ms a request, requests a second, p99 in ms. Unmeasured when anything was refused."""
        with tempfile.NamedTemporaryFile("w", encoding="ascii", prefix="terang-perf-") as ask:
            ask.write("\n".join([method, self.cookie, body, *paths]) + "\n")
            ask.flush()
            env = {"PATH": os.environ["PATH"], "PERF_ASK": ask.name, "PERF_ONCE": str(int(once)), "PERF_THREADS": str(THREADS),
                   "PERF_ORIGIN": f"http://127.0.0.1:{self.port}", "PERF_ENCODING": encoding}
            command = ["wrk", f"-t{THREADS}", f"-c{connections}", f"-d{seconds}s", "--latency", "--timeout", "30s",
                       "-s", str(ROOT / "tests/perf/load.lua"), f"http://127.0.0.1:{self.port}"]
            before = cpu(self.pids)
            done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
            used = cpu(self.pids) - before
        told = re.search(r"^PERF (.*)$", done.stdout, re.MULTILINE)
        if not told:
            raise Unmeasured(f"wrk: {done.stderr.strip() or done.stdout.strip()}")
        told = json.loads(told.group(1))
        if told["refused"] or told["broken"] or not told["requests"]:
            raise Unmeasured(f"{paths[0]}: of {told['requests']} requests {told['refused']} were refused "
                             f"(status {told['status']}), {told['broken']} broke")
        n = told["requests"]
        if once and n + connections >= len(paths):
            n = len(paths)  # those on the way at the end are done too
        elif whole:
            raise Unmeasured(f"{paths[0]}: {n} of {len(paths)} were asked in {seconds} s; the machine is too busy")
        return {"n": n, "cpu_ms": 1000 * used / n, "rate": told["requests"] / told["us"] * 1e6, "p99_ms": told["p99_us"] / 1000}


class World(Demo):
    """A demo instance with `records` more actions; the first `evidence` of them have a file."""

    def __init__(self, records, evidence=0):
        super().__init__(TERANG)
        self.env["TERANG_CONN_PER_ADDRESS"] = "1000"
        self.taken = 0
        began = time.monotonic()
        done = subprocess.run([*as_user(), str(BUILD / "tests/perf/perf_seed"), str(records), str(evidence)], env=self.env,
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            self.folder.cleanup()
            raise Unmeasured(f"perf_seed: {done.stderr.strip()}")
        self.filled_in = time.monotonic() - began
        self.database = self.data / "db/terang.db"

    def rows(self, sql, *args):
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as db:
            return db.execute(sql, args).fetchall()

    def actions(self, more=""):
        """Ids of the actions of the agency that the demo's staff belongs to, as they were made."""
        return [str(row[0]) for row in self.rows(
            "SELECT i.id FROM action_item i JOIN agency a ON a.id = i.agency AND a.code = '2.18' JOIN action_plan p ON p.id = i.plan "
            f"AND p.code = 'ukur' WHERE i.status = 'planned' AND i.rev = 1 {more} ORDER BY i.id")]

    @contextlib.contextmanager
    def serving(self):
        """A Site: the server of this instance."""
        server = Server(self)
        try:
            program.until("the server is ready", lambda: server.process.poll() is not None or server.status("/readyz") == 200)
            if server.process.poll() is not None:
                raise Unmeasured(server.log()[-500:])
            time.sleep(1)  # the first jobs of the day
            yield Site(self, server)
        finally:
            end(server.process)
            server.out.close()

    @contextlib.contextmanager
    def floor(self):
        """The floor program on a copy of the database as it is now."""
        with tempfile.TemporaryDirectory(prefix="terang-floor-") as folder:
            os.chmod(folder, 0o755)
            for file in self.database.parent.glob("terang.db*"):
                shutil.copy(file, folder)
            port = free_port()
            floor = subprocess.Popen([str(BUILD / "tests/perf/perf_floor"), f"{folder}/terang.db", str(port)],
                                     stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            try:
                if floor.stdout.readline() != "ready\n":
                    raise Unmeasured(floor.stderr.read().strip())
                yield Target(port, [floor.pid])
            finally:
                end(floor)
                floor.stdout.close()
                floor.stderr.close()


class Site:
    """A running server with people logged in."""

    def __init__(self, world, server):
        self.world, self.server = world, server
        self.browsers = {}

    def as_person(self, login):
        """A Target that asks as one of the demo's people; .csrf is their token."""
        if login not in self.browsers:
            self.browsers[login] = Browser(self.server).login(self.world, login)
        cookies = "; ".join(f"{k}={v}" for k, v in self.browsers[login].cookies.items())
        target = Target(self.server.port, list(self.server.roles().values()), cookies)
        token = re.search(rb'name="csrf" value="([^"]*)"', self.browsers[login].get(ACTIONS))
        target.csrf = token.group(1).decode() if token else ""
        return target

    def get(self, login, path):
        return self.browsers[login].get(path)
