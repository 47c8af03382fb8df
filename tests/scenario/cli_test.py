"""cli_test.py: the words of the command line: help, usage, routes. Speaks TAP. Not for: what a command does."""

import json
import os
import re
import subprocess
import sys

from program import as_user, run, tell


def help_names_every_command_and_ends_well(program):
    for word in ("help", "--help"):
        done = run(program, word)
        assert done.returncode == 0 and done.stderr == "", done
        for command in ("serve", "routes", "verify"):
            assert f"terang {command} " in done.stdout, command


def nothing_asked_is_usage_on_stderr(program):
    done = run(program)
    assert done.returncode == 3 and done.stdout == "", done
    assert done.stderr.startswith("usage: terang "), done.stderr


def an_unknown_command_is_usage(program):
    assert run(program, "sevre").returncode == 3


# Each command, with arguments that it can read.
COMMANDS = {
    "backup": ["x"], "backup keygen": ["x"], "backup keys": ["x"], "calc": ["x"], "demo": [], "doctor": [],
    "export": ["renaksi", "--gov", "x", "--out", "x"], "import": ["x", "--as", "region", "--version", "1", "--basis", "x"],
    "init": ["--zone", "WIB"], "ledger check": [], "ledger export": ["x"], "ledger keygen": ["--rotate"], "ledger rebuild": [],
    "ledger renew": ["--reason", "x", "--by", "A", "--second", "B"], "ledger resume": ["--from", "x"], "ledger status": [],
    "migrate": [], "openapi": [], "proof": ["app_user/1"], "restore": ["x", "--key", "x", "--check"], "roles": [], "routes": [],
    "schema": [], "schema diff": [], "schema privacy": [], "serve": [], "user code": ["x"], "user create": ["siti", "--name", "Siti"],
    "user disable": ["x"], "user grant": ["x", "admin"], "user keyring": [], "user list": [], "user recover": [],
    "vacuum": [], "verify": ["x", "--vkey", "x"],
}
WITHOUT_JSON = {"calc", "proof", "serve"}
WITHOUT_INSTANCE = {"openapi", "roles", "routes", "schema", "schema privacy"}
MAKES_ONE = {"init", "demo"}


def told_commands(text):
    return [line.strip().removeprefix("terang ") for line in text.splitlines() if re.match(r"  terang [a-z]", line)]


def the_table_here_is_that_of_the_program(program):
    told = told_commands(run(program, "help").stdout)
    names = [" ".join(re.match(r"[a-z]+(?: [a-z]+)?(?=$| )", line).group(0).split()) for line in told]
    assert names == sorted(names, key=names.index) and set(names) == set(COMMANDS), set(names) ^ set(COMMANDS)


def each_command_has_help_in_both_languages(program):
    for command in COMMANDS:
        words = command.split()
        english = run(program, *words, "--help").stdout
        indonesian = run(program, "help", *words, lang="id_ID.UTF-8").stdout
        assert english.startswith(f"usage: terang {command}") and indonesian.startswith(f"pemakaian: terang {command}"), command
        assert "cli." not in english + indonesian, (english, indonesian)
        assert ("--json " in english) == (command not in WITHOUT_JSON), english
        for option in re.findall(r"^  --([a-z-]+)", english, re.MULTILINE):
            assert f"--{option}" in english.splitlines()[0], (command, option)


def help_is_the_same_however_it_is_asked_for(program):
    for words in (("restore",), ("user", "create")):
        for lang in ("C", "id_ID.UTF-8"):
            texts = [run(program, *asked, lang=lang).stdout for asked in ((*words, "--help"), ("help", *words), (*words, "-h"))]
            assert len(set(texts)) == 1 and texts[0], (words, lang)


def a_first_word_lists_what_begins_with_it(program):
    for word in ("ledger", "user"):
        done = run(program, word)
        assert done.returncode == 3 and all(c.startswith(word) for c in told_commands(done.stderr)), done
        asked = run(program, word, "--help")
        assert asked.returncode == 0 and told_commands(asked.stdout) == told_commands(done.stderr), asked


def an_unknown_option_is_usage_and_is_named(program):
    spellings = {"restore": ["-c", "--json=1"], "user create": ["-c", "--json=1"]} | {c: ["--json"] for c in WITHOUT_JSON}
    for command, args in COMMANDS.items():
        for option in ("--colour", *spellings.get(command, [])):
            done = run(program, *command.split(), *args, option)
            assert done.returncode == 3 and done.stdout == "", done
            assert f"{option} " in done.stderr and f"usage: terang {command} " in done.stderr, done.stderr


def an_argument_too_much_is_usage(program):
    for command, args in COMMANDS.items():
        done = run(program, *command.split(), *args, "y", "z")
        assert done.returncode == 3 and f"usage: terang {command} " in done.stderr, done


def without_an_instance_each_says_how_to_come_to_one(program):
    env = {"PATH": os.environ["PATH"], "LC_ALL": "C", "TERANG_DATA": "/nonexistent/terang"}
    for command, args in COMMANDS.items():
        if command in WITHOUT_INSTANCE or command in ("calc", "restore", "verify", "import", "backup keygen", "export"):
            continue  # those open their files first
        done = subprocess.run([*as_user(), program, *command.split(), *args], check=False, capture_output=True, text=True,
                              env=env, timeout=20)
        assert done.returncode == 2 and done.stdout == "" and "/nonexistent/terang" in done.stderr, done
        assert command in MAKES_ONE or "terang init" in done.stderr, done


def what_needs_no_instance_answers_programs(program):
    for command in WITHOUT_INSTANCE:
        done = run(program, *command.split(), "--json")
        assert done.returncode == 0 and done.stderr == "" and json.loads(done.stdout), command


def a_closed_output_is_not_taken_for_good(program):
    for words in (("routes",), ("help",), ("help", "restore"), ("openapi",), ("--version",)):
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([program, *words], check=False, stdout=full, stderr=subprocess.PIPE, text=True, timeout=20)
        assert done.returncode == 2, (words, done)


def it_says_its_version(program):
    assert re.fullmatch(r"terang \d+\.\d+\.\d+\n", run(program, "--version").stdout)


def a_value_that_is_missing_is_usage(program):
    assert run(program, "serve", "--listen").returncode == 3
    assert run(program, "verify").returncode == 3
    assert run(program, "routes", "--", "--json").returncode == 3


def an_address_that_cannot_be_had_cannot_be_served(program):
    for address in ("127.0.0.1", "localhost:8080", "127.0.0.1:65536"):
        done = run(program, "serve", f"--listen={address}")
        assert done.returncode == 2 and address in done.stderr, done


def every_route_has_a_permission(program):
    done = run(program, "routes", "--json")
    assert done.returncode == 0 and done.stderr == "", done
    routes = json.loads(done.stdout)
    assert {"/", "/a/{file}", "/healthz", "/metrics", "/readyz", "/styleguide"} <= {r["path"] for r in routes}
    for route in routes:
        assert route["permission"], route
        assert route["method"] in ("GET", "POST", "PUT", "PATCH", "DELETE"), route
        assert isinstance(route["body_max"], int) and route["body_max"] >= 0, route


def no_two_routes_are_alike(program):
    routes = [(r["method"], r["path"]) for r in json.loads(run(program, "routes", "--json").stdout)]
    assert len(set(routes)) == len(routes), routes


def routes_for_people_are_the_routes_for_programs(program):
    told = [line.split() for line in run(program, "routes").stdout.splitlines()]
    assert told == [[r["method"], r["path"], r["permission"]] for r in json.loads(run(program, "routes", "--json").stdout)]


def the_interface_is_described_for_every_route_of_it(program):
    told = json.loads(run(program, "openapi").stdout)
    assert told["openapi"].startswith("3.1"), told["openapi"]
    methods = {(m.upper(), path) for path, item in told["paths"].items() for m in item if m != "parameters"}
    routes = json.loads(run(program, "routes", "--json").stdout)
    served = {(r["method"], r["path"]) for r in routes if r["path"].startswith("/api/")}
    steps = {(m, p) for m, p in methods if "/langkah/" in p}
    assert methods - steps == {(m, p) for m, p in served if "/langkah/" not in p}, methods ^ served


TESTS = [
    help_names_every_command_and_ends_well,
    nothing_asked_is_usage_on_stderr,
    an_unknown_command_is_usage,
    the_interface_is_described_for_every_route_of_it,
    the_table_here_is_that_of_the_program,
    each_command_has_help_in_both_languages,
    help_is_the_same_however_it_is_asked_for,
    a_first_word_lists_what_begins_with_it,
    an_unknown_option_is_usage_and_is_named,
    an_argument_too_much_is_usage,
    without_an_instance_each_says_how_to_come_to_one,
    what_needs_no_instance_answers_programs,
    a_closed_output_is_not_taken_for_good,
    it_says_its_version,
    a_value_that_is_missing_is_usage,
    an_address_that_cannot_be_had_cannot_be_served,
    every_route_has_a_permission,
    no_two_routes_are_alike,
    routes_for_people_are_the_routes_for_programs,
]

if __name__ == "__main__":
    sys.exit(tell(TESTS))
