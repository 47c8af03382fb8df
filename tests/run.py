"""run.py: runs what ./dev has built and counts single test cases. Called by ./dev test, fuzz and night.

The last line is "N passed, M failed" or "N passed, M failed, K skipped", alone; the exit status says the same. What runs
where: unit and all other meson suites under sanitizers (build/asan), suite 'release' in build/release, fuzz targets in
build/fuzz, scenarios in tests/web with node and chromium. Not for: building.
"""

import argparse
import collections
import concurrent.futures
import contextlib
import hashlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent / "fuzz"))

import run_job
import run_pg
import run_tap
import targets

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
TIME_FACTOR = 2  # two programs run side by side, and the machine may be busy
SHOWN_LINES = 120


# ---- what there is to run ----

def meson_jobs(build, wanted, env, factor=1, prefix=(), label=""):
    """Jobs for the tests that build/NAME declares and whose suite `wanted` accepts."""
    if not (BUILD / build / "build.ninja").exists():
        return []
    listing = subprocess.run(["meson", "introspect", "--tests", str(BUILD / build)], check=True, capture_output=True, text=True)
    jobs = []
    for test in json.loads(listing.stdout):
        suite = (test["suite"] or ["unit"])[0].split(":")[-1]
        if not wanted(suite):
            continue
        jobs.append(run_job.Job(
            suite=label or suite, name=test["name"], command=[*prefix, *test["cmd"]],
            seconds=test["timeout"] * TIME_FACTOR * factor, env=env | (test["env"] or {}),
            cwd=test["workdir"] or str(ROOT), alone=not test["is_parallel"], tap=test["protocol"] == "tap"))
    return jobs


def fuzz_jobs(seconds):
    """Two jobs a target: the seeds and every crash of the past, then new inputs for some seconds."""
    jobs = []
    for name, _ in targets.targets(ROOT / "tests/fuzz"):
        program = BUILD / "fuzz/tests/fuzz" / f"fuzz_{name}"
        seeds = ROOT / "tests/fuzz/seed" / name
        crashes = ROOT / "tests/fuzz/crash" / name
        corpus = BUILD / "fuzz-corpus" / name
        artifacts = BUILD / "fuzz-crash" / name
        corpus.mkdir(parents=True, exist_ok=True)
        artifacts.mkdir(parents=True, exist_ok=True)
        known = [str(d) for d in (seeds, crashes) if d.is_dir()]
        common = [str(program), "-timeout=10", "-rss_limit_mb=2048", f"-artifact_prefix={artifacts}/"]
        jobs.append(run_job.Job(
            "fuzz", f"{name}: seeds and old crashes", [*common, "-runs=0", *(known or [str(seeds)])], 120, tap=False))
        jobs.append(run_job.Job(
            "fuzz", f"{name}: {seconds} s of new inputs",
            [*common, f"-max_total_time={seconds}", str(corpus), *known], seconds * 2 + 60, tap=False,
            hint=f"Keep the input: copy it from build/fuzz-crash/{name} to tests/fuzz/crash/{name}"))
    return jobs


def web_packages():
    """Fetches the pinned npm packages when they are not there. None when ready, else why not."""
    folder = ROOT / "tests/web"
    stamp = folder / "node_modules/.lock-hash"
    want = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text(encoding="utf-8").strip() == want:
        return None
    if shutil.which("npm") is None:
        return "npm is not installed"
    done = subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=folder, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=300)
    if done.returncode != 0:
        return f"npm ci: {done.stderr.strip()[-300:]}"
    stamp.write_text(want + "\n", encoding="utf-8")
    return None


def web_jobs(env):
    """One job a scenario file, and cases for what cannot be tried (a failure in CI, else a skip)."""
    files = sorted((ROOT / "tests/web").glob("*_test.mjs"))
    if not files:
        return [], []
    why = web_packages()
    if why:
        verdict = "failed" if os.environ.get("CI") else "skipped"
        return [], [run_tap.Case("web", f"{f.name}: packages", verdict, why) for f in files]
    env = env | {"TERANG_TEST_BINARY": BUILD / "asan/src/main/terang"}
    return [run_job.Job("web", f.stem, ["node", "--test-reporter=tap", str(f)], 600, env=env) for f in files], []


# ---- running ----

class Report:
    """Collects cases, shows the output of what failed, and knows the closing line."""

    def __init__(self):
        self.cases = []
        self.seconds = collections.Counter()

    def add(self, cases, output="", seconds=0.0):
        self.cases.extend(cases)
        if cases:
            self.seconds[cases[0].suite] += seconds
        failed = [c for c in cases if c.verdict == "failed"]
        if failed:
            lines = output.splitlines()
            print(f"\n---- {failed[0].suite}: {failed[0].name.split(':')[0]}")
            if len(lines) > SHOWN_LINES:
                print(f"(the last {SHOWN_LINES} of {len(lines)} lines)")
            print("\n".join(lines[-SHOWN_LINES:]))
            for c in failed:
                print(f"FAILED {c.name} {c.note}".rstrip(), flush=True)

    def count(self, verdict, suite=None):
        return sum(1 for c in self.cases if c.verdict == verdict and suite in (None, c.suite))

    def table(self):
        print(f"\n{'suite':<12}{'passed':>8}{'failed':>8}{'skipped':>9}{'seconds':>9}")
        for suite in sorted({c.suite for c in self.cases}):
            numbers = [self.count(v, suite) for v in ("passed", "failed", "skipped")]
            print(f"{suite:<12}{numbers[0]:>8}{numbers[1]:>8}{numbers[2]:>9}{self.seconds[suite]:>9.1f}")
        for note, names in sorted(self.skips().items()):
            print(f"skipped {len(names)}: {note}")

    def skips(self):
        why = collections.defaultdict(list)
        for c in self.cases:
            if c.verdict == "skipped":
                why[c.note or c.name.split(":")[0]].append(c.name)
        return why

    def close(self):
        """Prints the closing line; the exit status."""
        passed, failed, skipped = (self.count(v) for v in ("passed", "failed", "skipped"))
        if passed + failed == 0:
            self.add([run_tap.Case("run", "no test ran", "failed")])
            failed = 1
        self.table()
        print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""), flush=True)
        return 1 if failed else 0


def run_one(runner, job):
    start = time.monotonic()
    try:
        output, status = runner.run(job)
    except OSError as e:
        output, status = str(e), 127
    if job.tap:
        cases = run_tap.cases(job.suite, job.name, output, status)
    else:
        note = {None: f"time ran out. {job.hint}", 0: ""}.get(status, f"exit status {status}. {job.hint}")
        cases = [run_tap.Case(job.suite, job.name, "failed" if status != 0 else "passed", note)]
    return cases, output, time.monotonic() - start


def run_jobs(runner, jobs, report):
    """First those that may run side by side, then the others one by one."""
    workers = int(os.environ.get("JOBS") or os.cpu_count() or 2)
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        waiting = [pool.submit(run_one, runner, j) for j in jobs if not j.alone]
        try:
            for done in concurrent.futures.as_completed(waiting):
                report.add(*done.result())
        except BaseException:
            runner.stop()
            pool.shutdown(cancel_futures=True)
            raise
    for job in jobs:
        if job.alone:
            report.add(*run_one(runner, job))


# ---- the kinds of run ----

def not_release(suite):
    return suite != "release"


def plan_quick(args, env):
    del args
    return meson_jobs("debug", lambda suite: suite == "unit", env), []


def plan_fuzz(args, env):
    del env
    return fuzz_jobs(args.seconds), []


def plan_all(args, env):
    jobs = meson_jobs("asan", not_release, env) + meson_jobs("release", lambda suite: suite == "release", env)
    scenarios, cases = web_jobs(env)
    return scenarios + jobs + fuzz_jobs(args.seconds), cases  # the longest first, beside all others


def plan_night(args, env):
    """All of ./dev test with TERANG_TEST_LONG=1 (tests take their long form), threads, valgrind, long fuzzing."""
    long = env | {"TERANG_TEST_LONG": 1}
    valgrind = ["valgrind", "-q", "--error-exitcode=99", "--leak-check=full", "--errors-for-leak-kinds=definite"]
    jobs = meson_jobs("asan", not_release, long, 20) + meson_jobs("release", lambda suite: suite == "release", long, 20)
    jobs += meson_jobs("tsan", lambda suite: suite in ("unit", "fault"), env, 10, label="threads")
    jobs += meson_jobs("debug", lambda suite: suite == "unit", env, 30, valgrind, label="valgrind")
    scenarios, cases = web_jobs(long)
    return scenarios + jobs + fuzz_jobs(args.seconds), cases  # the longest first, beside all others


PLANS = {"quick": (plan_quick, 0), "fuzz": (plan_fuzz, 60), "all": (plan_all, 5), "night": (plan_night, 1800)}


def run_all(args, env, report):
    shutil.rmtree(BUILD / "golden", ignore_errors=True)
    runner = run_job.Runner()
    try:
        jobs, cases = PLANS[args.kind][0](args, env)
        report.add([c for c in cases if args.only in c.name])
        run_jobs(runner, [j for j in jobs if args.only in j.name], report)
    finally:
        runner.stop()


@contextlib.contextmanager
def database(args, report):
    """What the tests need to know about PostgreSQL; without one the rest still runs, and a case has failed."""
    if args.kind in ("quick", "fuzz"):
        yield {}
        return
    with contextlib.ExitStack() as stack:
        try:
            env = {"TERANG_TEST_PG": stack.enter_context(run_pg.Postgres()).url}
        except run_pg.Unavailable as e:
            report.add([run_tap.Case("run", "PostgreSQL", "failed", str(e))])
            env = {}
        yield env


def interrupted(number, frame):
    del number, frame
    raise KeyboardInterrupt


def main():
    parser = argparse.ArgumentParser(description="runs tests; see ./dev help")
    parser.add_argument("kind", choices=PLANS)
    parser.add_argument("--only", default="", help="part of a test's name")
    parser.add_argument("--broken", action="append", default=[], help="a build that failed")
    parser.add_argument("--seconds", type=int, help="seconds a fuzz target")
    args = parser.parse_args()
    args.seconds = args.seconds or PLANS[args.kind][1]
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupted)

    run_job.adopt_strays()

    report = Report()
    report.add([run_tap.Case("build", f"build/{b}", "failed", "see above") for b in args.broken])
    try:
        with database(args, report) as database_env:
            env = {"TERANG_GOLDEN_OUT": BUILD / "golden", "TERANG_BUILD": BUILD}
            run_all(args, env | database_env, report)
    except KeyboardInterrupt:
        print("interrupted")
        return 130
    finally:
        run_job.end_strays()
    return report.close()


if __name__ == "__main__":
    sys.exit(main())
