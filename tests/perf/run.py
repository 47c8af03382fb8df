#!/usr/bin/env python3
"""run.py: `./dev bench [ROW...]`: speed as ratios, the rows of docs/performance.md.

Product and floor take turns in the same run, so that a busy machine disturbs both; the median of each counts, and `spread`
says how far apart the single measurements lay ((highest - lowest) / median): beyond 30 % the machine was too busy to judge by.

    ./dev bench                     all rows, on 100,000 records
    ./dev bench view step           these rows
    ./dev bench --records 1000000   as large as design and docs/performance.md speak of (takes long to fill)

Exit status 0 whatever came out, 2 when a row could not be measured, 3 for a wrong use.
"""

import argparse
import contextlib
import gzip
import os
import platform
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

from world import ACTIONS, ROOT, TERANG, Instance, Server, Unmeasured, World, as_user, cpu, end, free_port, memory_mb

SMALL = 10_000
PAIRS = 3
HEAD = ("row", "what", "product", "floor", "ratio", "target", "", "spread")
WIDTHS = (6, 50, 11, 11, 7, 13, 7, 6)


class Report:
    """Prints a line as soon as it is known."""

    def __init__(self):
        self.missed = 0
        self._print(HEAD)

    @staticmethod
    def _print(cells):
        print("  ".join(str(c).ljust(w) for c, w in zip(cells, WIDTHS)).rstrip(), flush=True)

    def line(self, row, what, product, floor, target, unit="ms", least=False, values=()):
        """product and floor as numbers; `target` is the ratio that is allowed at most, or at least."""
        ratio = product / floor if floor else float("inf")
        met = target is None or (ratio >= target if least else ratio <= target)
        self.missed += not met
        wide = max((spread(v) for v in values), default=None)
        self._print((row, what, number(product, unit), number(floor, unit), f"{ratio:.2f}",
                     "-" if target is None else f"{'>=' if least else '<='} {target:.3g}",
                     "-" if target is None else "met" if met else "MISSED", "-" if wide is None else f"{wide:.0%}"))

    def note(self, text):
        print(f"        {text}", flush=True)


def spread(values):
    middle = statistics.median(values)
    return (max(values) - min(values)) / middle if middle else 0


def number(value, unit):
    digits = 0 if value >= 1000 else 1 if value >= 100 else 2 if value >= 1 else 3
    return f"{value:,.{digits}f} {unit}"


def turns(n, **asks):
    """n rounds of every ask in turn: name -> list of what they answered."""
    got = {name: [] for name in asks}
    for _ in range(n):
        for name, ask in asks.items():
            got[name].append(ask())
    return got


def column(got, name, key):
    return [one[key] for one in got[name]]


def middle(got, name, key):
    return statistics.median(column(got, name, key))


class Bench:
    """What rows share: worlds are filled once."""

    def __init__(self, report, records):
        self.report, self.records = report, records
        self.stack = contextlib.ExitStack()
        self.worlds = {}

    def world(self, records):
        if records not in self.worlds:
            world = self.stack.enter_context(World(records, evidence=min(records, 4000)))
            print(f"        ({records:,} records filled in {world.filled_in:.0f} s)", file=sys.stderr)
            self.worlds[records] = world
        return self.worlds[records]


# ---- row 1: looking ----

# Design section 6: 0.12 ms where the floor needs 0.03 to 0.04.
VIEW_RATIO = 0.12 / 0.035


def view(b):
    big, small = b.world(b.records), b.world(SMALL)
    ids, small_ids = big.actions()[-2000:], small.actions()[-2000:]
    with big.serving() as site, small.serving() as little, big.floor() as floor:
        staff, planner, few = site.as_person("agency_staff"), site.as_person("planner"), little.as_person("agency_staff")
        few_planner = little.as_person("planner")
        records = [f"{ACTIONS}/{i}" for i in ids]
        got = turns(PAIRS,
                    floor=lambda: floor.ask([f"/{i}" for i in ids]),
                    agency=lambda: staff.ask([ACTIONS]), whole=lambda: planner.ask([ACTIONS]),
                    detail=lambda: staff.ask(records),
                    few_agency=lambda: few.ask([ACTIONS]), few_whole=lambda: few_planner.ask([ACTIONS]),
                    few_detail=lambda: few.ask([f"{ACTIONS}/{i}" for i in small_ids]))
        zipped = staff.ask([ACTIONS], encoding="gzip")
        length = len(site.get("agency_staff", ACTIONS))
    for name, what in (("agency", "list of 25, one agency"), ("whole", "list of 25, whole government"), ("detail", "detail page")):
        b.report.line(1, f"{what}, {b.records:,} records: CPU", middle(got, name, "cpu_ms"), middle(got, "floor", "cpu_ms"),
                      VIEW_RATIO, values=(column(got, name, "cpu_ms"), column(got, "floor", "cpu_ms")))
        b.report.line(1, f"  the same against {SMALL:,} records", middle(got, name, "cpu_ms"), middle(got, f"few_{name}", "cpu_ms"),
                      1.2, values=(column(got, name, "cpu_ms"), column(got, f"few_{name}", "cpu_ms")))
    b.report.line(1, "list against itself, compressed for a browser: CPU", zipped["cpu_ms"], middle(got, "agency", "cpu_ms"), None)
    b.report.line(1, "HTML of the list against 20 KB", length / 1024, 20, 1, unit="KB")


# ---- row 2: a step ----

STEPS = 1500  # a run


def take(ids, n):
    """n ids that no other run takes."""
    if len(ids) < n:
        raise Unmeasured("too few records for another run; more of them with --records")
    taken = ids[:n]
    del ids[:n]
    return taken


def step(b):
    world = b.world(b.records)
    ids = world.actions()[4000:]  # those before have files, for row 3
    floor_ids = list(ids)
    with world.serving() as site, world.floor() as floor:
        staff = site.as_person("agency_staff")
        body = f"csrf={staff.csrf}&rev=1"

        def product(connections):
            return staff.ask([f"{ACTIONS}/{i}/langkah/start" for i in take(ids, STEPS)], "POST", body, True, connections, 3)

        def bare(connections):
            return floor.ask([f"/{i}" for i in take(floor_ids, STEPS)], "POST", "x=1", True, connections, 3)

        got = turns(PAIRS, product=lambda: product(64), floor=lambda: bare(64), many=lambda: product(256),
                    floor_many=lambda: bare(256))
        signer = staff.pids
    for many, at in (("", 64), ("_many", 256)):
        own, other = "many" if many else "product", "floor" + many
        b.report.line(2, f"a step, {at} connections: CPU", middle(got, own, "cpu_ms"), middle(got, other, "cpu_ms"), 1.5,
                      values=(column(got, own, "cpu_ms"), column(got, other, "cpu_ms")))
        b.report.line(2, f"a step, {at} connections: steps a second", middle(got, own, "rate"), middle(got, other, "rate"), 0.65,
                      unit="/s", least=True, values=(column(got, own, "rate"), column(got, other, "rate")))
        b.report.line(2, f"a step, {at} connections: p99 against 50 ms", middle(got, own, "p99_ms"), 50, 1,
                      values=(column(got, own, "p99_ms"),))
    b.report.line(2, "CPU a step at 256 connections against 64", middle(got, "many", "cpu_ms"), middle(got, "product", "cpu_ms"), 1.1)
    b.report.note(f"signer and server are counted together ({len(signer)} processes); the share of the ledger is not measured")


# ---- row 3: a life of four steps ----

LIFE = (("start", "agency_staff"), ("claim", "agency_staff"), ("check", "inspector"), ("accept", "supervisor_kpk"))
LIVES = 250  # a run


def live(site, ids):
    """Lives a second and CPU in ms a life, of records that go through all their steps."""
    seconds = cpu_ms = 0
    for rev, (verb, login) in enumerate(LIFE, 1):
        person = site.as_person(login)
        got = person.ask([f"{ACTIONS}/{i}/langkah/{verb}" for i in ids], "POST", f"csrf={person.csrf}&rev={rev}", True, 64, 4, whole=True)
        seconds += len(ids) / got["rate"]
        cpu_ms += got["cpu_ms"]
    return {"rate": len(ids) / seconds, "cpu_ms": cpu_ms}


def life(b):
    big, small = b.world(b.records), b.world(SMALL)
    with_file = "AND EXISTS (SELECT 1 FROM attachment t WHERE t.gov = i.gov AND t.record = i.id)"
    ids, few, floor_ids = big.actions(with_file), small.actions(with_file), big.actions()[4000:]
    with big.serving() as site, small.serving() as little, big.floor() as floor:
        got = turns(PAIRS, product=lambda: live(site, take(ids, LIVES)), few=lambda: live(little, take(few, LIVES)),
                    floor=lambda: floor.ask([f"/{i}" for i in take(floor_ids, 4 * LIVES)], "POST", "x=1", True, 64, 4))
    lives = [rate / len(LIFE) for rate in column(got, "floor", "rate")]
    b.report.line(3, f"lives of four steps, {b.records:,} records: a second", middle(got, "product", "rate"),
                  statistics.median(lives), 0.65, unit="/s", least=True, values=(column(got, "product", "rate"), lives))
    b.report.line(3, "lives a second against 1,000", middle(got, "product", "rate"), 1000, 1, unit="/s", least=True)
    b.report.line(3, f"CPU a life against {SMALL:,} records", middle(got, "product", "cpu_ms"), middle(got, "few", "cpu_ms"), 1.2,
                  values=(column(got, "product", "cpu_ms"), column(got, "few", "cpu_ms")))


# ---- row 4: a list of regions ----

REGIONS = (38, 514, 7285, 83762)  # provinces, regencies, districts, villages: 91,599


def regions(path, name):
    """As many regions as there are, invented: those of a level are dealt out among those of the level above."""
    above = []
    with open(path, "w", encoding="utf-8") as out:
        out.write("code,name,level\n")
        for level, count in enumerate(REGIONS, 1):
            if level == 1:
                codes = [str(11 + i) for i in range(count)]
            else:
                width, first = (4, 1001) if level == 4 else (2, 1)
                codes = [f"{above[i % len(above)]}.{i // len(above) + first:0{width}d}" for i in range(count)]
            out.writelines(f"{code},{name} {i},{level}\n" for i, code in enumerate(codes))
            above = codes


def load(b):
    turn = iter(range(1000))
    with Instance(TERANG) as place, tempfile.TemporaryDirectory(prefix="terang-regions-") as folder:
        os.chmod(folder, 0o755)

        def timed(command, env):
            began = time.monotonic()
            done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                raise Unmeasured(f"{command[0]}: {done.stderr.strip() or done.stdout.strip()}")
            return time.monotonic() - began

        def product():
            n = next(turn)
            regions(f"{folder}/{n}.csv", f"Daerah {n}")
            return timed([*as_user(), TERANG, "import", f"{folder}/{n}.csv", "--as", "region", "--version", f"ukur-{n}", "--basis",
                          "pengukuran"], place.env)

        def bare():
            n = next(turn)
            regions(f"{folder}/{n}.csv", f"Daerah {n}")
            return timed(["sqlite3", f"{folder}/{n}.db", "PRAGMA journal_mode=WAL",
                          "CREATE TABLE region (code TEXT PRIMARY KEY, name TEXT, level INTEGER)",
                          f".import --csv --skip 1 {folder}/{n}.csv region"], {"PATH": os.environ["PATH"]})

        got = turns(PAIRS, product=product, floor=bare)
    b.report.line(4, f"import of {sum(REGIONS):,} regions against sqlite3 .import", statistics.median(got["product"]),
                  statistics.median(got["floor"]), 3, unit="s", values=(got["product"], got["floor"]))


# ---- row 7: starting, and being idle ----


def ready_in(world, kill):
    """
    Seconds from the start of the program to its first answer; CPU of all its processes until then, which a busy machine does not
    stretch; memory at rest in MB. Afterwards it is ended, or killed.
    """
    server = Server(world)
    began = time.monotonic()
    try:
        while server.status("/healthz") != 200:
            if server.process.poll() is not None:
                raise Unmeasured(server.log())
            time.sleep(0.002)
        took = time.monotonic() - began
        used = cpu([server.process.pid, *server.roles().values()], ended=True)
        time.sleep(2)
        held = memory_mb([server.process.pid, *server.roles().values()])
        if kill:
            children = server.roles().values()
            for pid in (server.process.pid, *children):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
    finally:
        end(server.process)
        server.out.close()
    return took, used, held


def start(b):
    world = b.world(b.records)
    entries = world.rows("SELECT COUNT(*) FROM ledger_entry")[0][0]
    clean, busy, crashed, held = [], [], [], []
    for _ in range(PAIRS):
        ready_in(world, True)
        crashed.append(ready_in(world, False)[0])
        took, used, mb = ready_in(world, False)
        clean.append(took)
        busy.append(used)
        held.append(mb)
    b.report.line(7, f"start with {entries:,} entries, closed cleanly, against 0.2 s", statistics.median(clean), 0.2, 1, unit="s",
                  values=(clean,))
    b.report.line(7, "the same, CPU of all processes, against 0.2 s", statistics.median(busy), 0.2, 1, unit="s", values=(busy,))
    b.report.line(7, "start after a kill against 1 s", statistics.median(crashed), 1, 1, unit="s", values=(crashed,))
    b.report.line(7, "idle memory, all processes, against 40 MB", statistics.median(held), 40, 1, unit="MB", values=(held,))


# ---- row 8: the first view of a public page ----


def weigh(server, path):
    """Bytes over the line of a page with all that it draws in, compressed; Unmeasured when it draws from elsewhere."""
    headers = {"Accept-Encoding": "gzip", "Accept-Language": "id"}
    status, head, content = server.ask("GET", path, **headers)
    if status != 200:
        raise Unmeasured(f"{path}: {status}")
    page = gzip.decompress(content) if head.get("content-encoding") == "gzip" else content
    total = len(content)
    drawn = set(re.findall(rb'<(?:link|script|img)[^>]*?(?:href|src)="([^"]+)"', page))
    for address in drawn:
        if not address.startswith(b"/") or address.startswith(b"//"):
            raise Unmeasured(f"{path} draws in {address.decode()}")
        total += len(server.ask("GET", address.decode(), **headers)[2])
    return total


def page(b):
    world = b.world(SMALL)
    paths = ("/", "/kota-tangerang/renaksi", "/masuk")
    with world.serving() as site:
        weights = {path: weigh(site.server, path) for path in paths}
    for path, n in weights.items():
        b.report.line(8, f"first view of {path}, style included, against 60 KB", n / 1024, 60, 1, unit="KB")


# ---- row 9: from a clone to the first page ----


def clone(b):
    with tempfile.TemporaryDirectory(prefix="terang-clone-") as folder:
        port = free_port()
        env = {k: v for k, v in os.environ.items() if not k.startswith(("TERANG_", "CC"))} | {
            "CCACHE_DISABLE": "1", "TERANG_LISTEN": f"127.0.0.1:{port}", "TERANG_DATA": f"{folder}/data", "TERANG_DEPS_DONE": "1"}
        os.chmod(folder, 0o755)
        began = time.monotonic()
        subprocess.run(["git", "clone", "-q", str(ROOT), f"{folder}/terang"], check=True)
        run = subprocess.Popen([f"{folder}/terang/dev", "run"], env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, text=True)
        try:
            while run.poll() is None and time.monotonic() - began < 600:
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as s:
                    s.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                    if s.recv(12) == b"HTTP/1.1 200":
                        break
                time.sleep(0.05)
            took = time.monotonic() - began
            if run.poll() is not None:
                raise Unmeasured(f"./dev run in a clone: {run.stderr.read().strip()[-300:]}")
        finally:
            end(run)
            run.stderr.close()
    b.report.line(9, "from clone to first page against 60 s", took, 60, 1, unit="s")


ROWS = {"view": view, "step": step, "life": life, "load": load, "start": start, "page": page, "clone": clone}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"of {', '.join(ROWS)}; all of them")
    parser.add_argument("--records", type=int, default=100_000)
    args = parser.parse_args()
    if unknown := [r for r in args.rows if r not in ROWS]:
        print(f"bench: no row {unknown[0]}; there are {', '.join(ROWS)}", file=sys.stderr)
        return 3
    print(f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, {platform.machine()}, "
          f"load {os.getloadavg()[0]:.1f} before; product and floor in turns, medians of {PAIRS}")
    report, failed = Report(), 0
    bench = Bench(report, args.records)
    with bench.stack:
        for name in args.rows or ROWS:
            try:
                ROWS[name](bench)
            except (Unmeasured, AssertionError, OSError) as why:
                failed += 1
                print(f"bench: {name} could not be measured: {why}", file=sys.stderr)
    print(f"\n{report.missed} of the targets missed; docs/performance.md says what is meant")
    return 2 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
