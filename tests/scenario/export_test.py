"""export_test.py: `terang export`: the file of a list, by the rights of the page, whole or not at all. Speaks TAP.

Not for: what stands in a cell (src/engine/export_test.c).
"""

import csv
import io
import json
import pathlib
import stat
import sys
import zipfile

from demo_test import Demo
from program import Instance, serving_on, tell

ROWS = ("export", "aksi", "--gov", "kota-tangerang")
REASON = "daftar PIC untuk rapat evaluasi"


def good(done):
    assert done.returncode == 0, done
    return done


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def a_list_comes_out_beside_a_running_server_and_goes_in_again(program):
    with Demo(program) as demo:
        with serving_on(demo):
            done = good(demo.run(*ROWS))
        assert done.stderr == "" and len(rows_of(done.stdout)) > 10, done
        file = pathlib.Path(demo.folder.name, "aksi.csv")
        told = json.loads(good(demo.run(*ROWS, "--out", str(file), "--json")).stdout)
        assert told["rows"] == len(rows_of(done.stdout)) and told["bytes"] == file.stat().st_size and not told["personal"], told
        assert stat.S_IMODE(file.stat().st_mode) == 0o600 and file.read_text(encoding="utf-8") == done.stdout
        place = ("perangkat-daerah", "--gov", "kota-tangerang")  # rows that have a code
        agencies = pathlib.Path(demo.folder.name, "agencies.csv")
        told = json.loads(good(demo.run("export", *place, "--out", str(agencies), "--json")).stdout)
        back = json.loads(good(demo.run("import", str(agencies), "--as", *place, "--dry-run", "--json")).stdout)
        assert back["same"] == back["rows"] == told["rows"] > 3, back


def a_query_narrows_and_what_it_does_not_know_is_refused(program):
    with Demo(program) as demo:
        all_rows, some = (rows_of(good(demo.run(*ROWS, *more)).stdout) for more in ((), ("--query", "status=accepted")))
        assert 0 < len(some) < len(all_rows) and {r["status"] for r in some} == {"accepted"}, some
        for query in ("stauts=accepted", "status=tidak-ada"):
            done = demo.run(*ROWS, "--query", query)
            assert done.returncode == 3 and done.stdout == "" and "stat" in done.stderr, done


def an_account_gets_what_its_page_shows(program):
    with Demo(program) as demo:
        own = rows_of(good(demo.run(*ROWS, "--user", "agency_staff")).stdout)
        assert 0 < len(own) < len(rows_of(good(demo.run(*ROWS)).stdout))
        for login in ("admin", "nobody-at-all"):
            done = demo.run(*ROWS, "--user", login)
            assert done.returncode == 2 and done.stdout == "" and login in done.stderr, done


def personal_data_needs_a_person_a_reason_and_leaves_a_leaf(program):
    with Demo(program) as demo:
        plain = good(demo.run(*ROWS, "--user", "planner")).stdout
        assert "pic_name" not in plain and "Rina Contoh" not in plain
        assert demo.run(*ROWS, "--reason", REASON).returncode == 3
        assert demo.run(*ROWS, "--user", "planner", "--reason", "ya").returncode == 3
        before = json.loads(good(demo.run("ledger", "status", "--json")).stdout)["size"]
        assert demo.run(*ROWS, "--user", "agency_staff", "--reason", REASON).returncode == 2
        assert json.loads(good(demo.run("ledger", "status", "--json")).stdout)["size"] == before
        done = good(demo.run(*ROWS, "--user", "planner", "--reason", REASON))
        assert "pic_name" in done.stdout.splitlines()[0]
        assert json.loads(good(demo.run("ledger", "status", "--json")).stdout)["size"] == before + 1
        good(demo.run("ledger", "check"))
        with serving_on(demo):
            refused = demo.run(*ROWS, "--user", "planner", "--reason", REASON)
            assert refused.returncode == 2 and refused.stdout == "" and "stop it first" in refused.stderr, refused


def a_file_that_is_there_is_left_alone_and_a_failed_one_is_removed(program):
    with Demo(program) as demo:
        file = pathlib.Path(demo.folder.name, "aksi.xlsx")
        good(demo.run(*ROWS, "--format", "xlsx", "--out", str(file)))
        with zipfile.ZipFile(file) as book:
            assert book.testzip() is None
        done = demo.run(*ROWS, "--out", str(file))
        assert done.returncode == 2 and "left alone" in done.stderr, done
        other = pathlib.Path(demo.folder.name, "other.csv")
        assert demo.run(*ROWS, "--user", "admin", "--out", str(other)).returncode == 2
        assert not other.exists() and not list((demo.data / "upload").iterdir())


def what_is_wrong_is_usage(program):
    with Instance(program) as instance:
        unknown = instance.run("export", "x", "--gov", "-")
        assert unknown.returncode == 3 and "pemerintah" in unknown.stderr, unknown
        for words in (("aksi",), ("aksi", "--gov", "-"), ("pemerintah", "--gov", "x"), ("pemerintah", "--gov", "-", "--json"),
                      ("pemerintah", "--gov", "-", "--format", "pdf"), ("aksi", "--gov", "tidak-ada")):
            assert instance.run("export", *words).returncode == 3, words
        assert rows_of(good(instance.run("export", "pemerintah", "--gov", "-")).stdout) == []


TESTS = [
    a_list_comes_out_beside_a_running_server_and_goes_in_again,
    a_query_narrows_and_what_it_does_not_know_is_refused,
    an_account_gets_what_its_page_shows,
    personal_data_needs_a_person_a_reason_and_leaves_a_leaf,
    a_file_that_is_there_is_left_alone_and_a_failed_one_is_removed,
    what_is_wrong_is_usage,
]

if __name__ == "__main__":
    sys.exit(tell(TESTS))
