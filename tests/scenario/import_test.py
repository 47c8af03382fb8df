"""import_test.py: `terang import` of official lists and of rows of screens: checked, loaded once, refused while a server writes. Speaks TAP."""

import json
import pathlib
import sys

from program import Instance, Server, tell, until

REGIONS = ("code,name,level\n36,Banten,1\n36.71,Kota Tangerang,2\n36.71.01,Tangerang,3\n"
           "36.71.01.1001,Sukarasa,4\n36.71.01.1002,Sukasari,4\n")
LIST = ("--as", "region", "--version", "2025", "--basis", "Kepmendagri 300.2.2-2138/2025")


def written(instance, text):
    path = pathlib.Path(instance.folder.name, "list.csv")
    path.write_text(text, encoding="utf-8")
    return str(path)


def a_list_is_loaded_once(program):
    with Instance(program) as instance:
        path = written(instance, REGIONS)
        tried = json.loads(instance.run("import", path, *LIST, "--dry-run", "--json").stdout)
        assert tried["rows"] == 5 and tried["dry_run"] and tried["entry"] is None, tried
        done = instance.run("import", path, *LIST, "--json")
        assert done.returncode == 0, done
        told = json.loads(done.stdout)
        assert told["result"] == "ok" and not told["same"] and told["sha256"] == tried["sha256"], told
        again = json.loads(instance.run("import", path, *LIST, "--json").stdout)
        assert again["same"] and again["entry"] == told["entry"], again
        other = instance.run("import", written(instance, "code,name\n36,Banten\n"), *LIST)
        assert other.returncode == 1 and "another content" in other.stdout, other


def faults_are_named_by_line(program):
    with Instance(program) as instance:
        path = written(instance, REGIONS + "36.72.01,Serpong,3\n36.7,Kota,2\n")
        done = instance.run("import", path, *LIST)
        assert done.returncode == 1, done
        assert f"{path}:7: code: " in done.stdout and f"{path}:8: code: " in done.stdout, done.stdout
        told = json.loads(instance.run("import", path, *LIST, "--json").stdout)
        assert told["wrong"] == 2 and {f["line"] for f in told["faults"]} == {7, 8}, told


def what_is_missing_is_usage(program):
    with Instance(program) as instance:
        path = written(instance, REGIONS)
        assert instance.run("import", path).returncode == 3
        assert instance.run("import", path, "--as", "region", "--version", "1").returncode == 3
        assert instance.run("import", path, "--as", "no_list", *LIST[2:]).returncode == 3
        assert instance.run("import", path, *LIST, "--from", "1-1-2025").returncode == 3
        assert instance.run("import", path + ".none", *LIST).returncode == 2


def a_running_server_is_not_written_beside(program):
    with Instance(program) as instance:
        path = written(instance, REGIONS)
        server = Server(instance)
        try:
            until("the server answers", lambda: server.status("/healthz") == 200)
            done = instance.run("import", path, *LIST)
            assert done.returncode == 2 and "stop it first" in done.stderr, done
            assert instance.run("import", path, *LIST, "--dry-run").returncode == 0
        finally:
            server.process.terminate()
            server.process.wait(timeout=20)


def rows_of_a_screen_are_judged_and_written(program):
    with Instance(program) as instance:
        head = "kind,code,slug,name,parent,zone\n"
        govs = ("import", written(instance, head + "province,36,banten,Banten,,420\n"), "--as", "pemerintah", "--gov", "-")
        tried = instance.run(*govs, "--dry-run", "--json")
        assert tried.returncode == 0 and json.loads(tried.stdout)["new"] == 1, tried
        done = instance.run(*govs, "--json")
        assert done.returncode == 0 and json.loads(done.stdout)["state"] == "done", done
        same = json.loads(instance.run(*govs, "--json").stdout)
        assert same["same"] == 1 and same["state"] is None, same
        path = written(instance, head + "city,36.71,kota-tangerang,Kota Tangerang,36,420\ncity,36.72,x,,99,420\n")
        wrong = instance.run("import", path, *govs[2:])
        assert wrong.returncode == 1 and f"{path}:3: " in wrong.stdout, wrong
        part = instance.run("import", path, *govs[2:], "--leave-wrong")
        assert part.returncode == 0, part
        agencies = ("import", written(instance, "code;name;kind\n5.03;Dinas Kesehatan;office\n"), "--as", "perangkat-daerah")
        assert instance.run(*agencies, "--gov", "kota-tangerang").returncode == 0
        assert instance.run(*agencies).returncode == 3
        assert instance.run(*agencies, "--gov", "kota-lain").returncode == 3
        assert instance.run(*agencies, "--gov", "kota-tangerang", "--user", "nobody").returncode == 2


TESTS = [
    rows_of_a_screen_are_judged_and_written,
    a_list_is_loaded_once,
    faults_are_named_by_line,
    what_is_missing_is_usage,
    a_running_server_is_not_written_beside,
]

if __name__ == "__main__":
    sys.exit(tell(TESTS))
