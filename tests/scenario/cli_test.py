"""cli_test.py: the words of the command line: help, usage, routes. Speaks TAP. Not for: verify, serve."""

import json
import sys

from program import run, tell


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


def an_unknown_option_is_usage_and_is_named(program):
    for command in ("serve", "routes", "verify"):
        done = run(program, command, "--colour")
        assert done.returncode == 3 and done.stdout == "", done
        assert "--colour" in done.stderr and f"usage: terang {command} " in done.stderr, done.stderr


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
    an_unknown_option_is_usage_and_is_named,
    a_value_that_is_missing_is_usage,
    an_address_that_cannot_be_had_cannot_be_served,
    every_route_has_a_permission,
    no_two_routes_are_alike,
    routes_for_people_are_the_routes_for_programs,
]

if __name__ == "__main__":
    sys.exit(tell(TESTS))
