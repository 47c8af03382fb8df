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
import os
import platform
import statistics
import sys
import time

from world import ACTIONS, Unmeasured, World

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
                     "-" if target is None else f"{'>=' if least else '<='} {target:g}",
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


ROWS = {"view": view}


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
