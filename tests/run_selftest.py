"""run_selftest.py: do the test tools notice what they are for? Speaks TAP.

Each check gives the reader of TAP, the job runner or the list of fuzz targets one small case, good or bad.
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent / "fuzz"))

import run_job
import run_tap
import targets


def verdicts(output, status=0):
    return [c.verdict for c in run_tap.cases("s", "p", output, status)]


def names(output, status=0):
    return [c.name for c in run_tap.cases("s", "p", output, status)]


def tap_counts_single_cases():
    assert verdicts("1..2\nok 1 - a\nnot ok 2 - b\n# 0x1 != 0x2\n# not ok - group\n", 1) == ["passed", "failed"]


def tap_reads_the_skip_of_cmocka():
    assert verdicts("1..2\nnot ok 1 # SKIP needs_postgres\nok 2 - b\n") == ["skipped", "passed"]
    assert names("1..1\nnot ok 1 # SKIP needs_postgres\n") == ["p: needs_postgres"]


def tap_reads_a_skip_with_a_reason():
    case = run_tap.cases("s", "p", "1..1\nok 1 - locks # SKIP no Landlock\n", 0)[0]
    assert (case.verdict, case.name, case.note) == ("skipped", "p: locks", "no Landlock")


def tap_adds_the_plans_of_several_groups():
    two = "1..1\nok 1 - a\n1..2\nok 1 - b\nok 2 - c\n"
    assert verdicts(two) == ["passed"] * 3
    assert verdicts(two.replace("ok 2 - c\n", "")) == ["passed", "passed", "failed"]


def tap_leaves_indented_lines_to_the_case_above():
    assert verdicts("TAP version 13\n    not ok 1 - inner\n    1..1\nok 1 - outer\n1..1\n") == ["passed"]


def a_crash_in_the_middle_fails():
    assert verdicts("1..2\nok 1 - a\n", -11) == ["passed", "failed"]


def a_bad_exit_after_good_cases_fails():
    assert verdicts("1..1\nok 1 - a\nLeakSanitizer: 8 bytes\n", 23) == ["passed", "failed"]


def silence_fails():
    assert verdicts("", 0) == ["failed"]
    assert verdicts("1..0\n", 0) == ["failed"]


def a_bail_out_fails():
    assert "failed" in verdicts("1..2\nok 1 - a\nBail out! no disk\n", 0)


def a_whole_program_may_be_skipped():
    assert verdicts("1..0 # SKIP no program yet\n", 0) == ["skipped"]


def job(command, seconds=10.0, **more):
    runner = run_job.Runner()
    try:
        return runner.run(run_job.Job("s", "n", command, seconds, **more))
    finally:
        runner.stop()


def a_job_gets_a_clean_environment():
    os.environ["TERANG_DATA"] = "/nowhere"
    output, status = job(["env"], env={"TERANG_TEST_PG": "x"})
    assert status == 0 and "TERANG_DATA" not in output
    assert "TERANG_TEST_PG=x\n" in output and "CMOCKA_MESSAGE_OUTPUT=TAP\n" in output


def a_job_out_of_time_is_ended():
    start = time.monotonic()
    output, status = job(["sh", "-c", "echo begun; sleep 60"], 0.3)
    assert status is None and output == "begun\n" and time.monotonic() - start < 10
    assert verdicts("1..1\nok 1 - a\n", None) == ["passed", "failed"]


def a_job_leaves_no_children():
    output, _ = job(["sh", "-c", "sleep 60 & echo $!"])
    stat = pathlib.Path(f"/proc/{int(output)}/stat")
    deadline = time.monotonic() + 5
    while stat.exists() and stat.read_text(encoding="utf-8").split()[2] != "Z":
        assert time.monotonic() < deadline, "the child still runs"
        time.sleep(0.01)


def a_stray_in_its_own_session_is_found():
    script = """import os, run_job
run_job.adopt_strays()
r = run_job.Runner()
print(r.run(run_job.Job("s", "n", ["sh", "-c", "setsid sleep 60 & sleep 0.2; echo $!"], 10))[0], flush=True)
r.stop()
run_job.end_strays()
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=pathlib.Path(__file__).parent, capture_output=True, text=True, check=True)
    assert not pathlib.Path(f"/proc/{int(done.stdout)}").exists()


def a_failing_suite_ends_with_one_closing_line():
    script = "import run, run_tap as t; r = run.Report(); r.add([t.Case('u', 'p: a', 'passed'), t.Case('u', 'p: b', 'failed')])"
    done = subprocess.run(
        [sys.executable, "-c", script + "; raise SystemExit(r.close())"],
        cwd=pathlib.Path(__file__).parent, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and done.stdout.splitlines()[-1] == "1 passed, 1 failed"


def a_run_without_tests_fails():
    done = subprocess.run(
        [sys.executable, "-c", "import run; raise SystemExit(run.Report().close())"],
        cwd=pathlib.Path(__file__).parent, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and done.stdout.splitlines()[-1] == "0 passed, 1 failed"


def a_fuzz_file_must_name_its_folders():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "fuzz_csv.c").write_text("/* fuzz: base */\n", encoding="utf-8")
        assert targets.targets(folder) == [("csv", ["base"])]
        (folder / "fuzz_json.c").write_text("#include <stdint.h>\n", encoding="utf-8")
        try:
            targets.targets(folder)
        except ValueError as e:
            assert "fuzz_json.c" in str(e)
        else:
            raise AssertionError("not noticed")


CHECKS = [f for f in list(globals().values()) if callable(f) and getattr(f, "__module__", "") == "__main__"
          and f.__name__ not in ("verdicts", "names", "job")]


def main():
    failed = 0
    print(f"1..{len(CHECKS)}")
    for number, check in enumerate(CHECKS, 1):
        try:
            check()
            print(f"ok {number} - {check.__name__}")
        except Exception as e:
            failed += 1
            print(f"not ok {number} - {check.__name__}\n# {type(e).__name__}: {e}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
