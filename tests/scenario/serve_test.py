"""serve_test.py: the server as an operator meets it: users, crashes, signals, headers (security.md P1, W3). Speaks TAP."""

import os
import pathlib
import re
import signal
import subprocess
import sys

from program import Skip, end, has_user, serving, tell, until

POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
          "worker-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
EXACT = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


def check_headers(headers):
    """Those of W3, without TLS: no HSTS, which browsers ignore on plain HTTP anyway."""
    for name, value in EXACT.items():
        assert headers.get(name) == value, (name, headers.get(name))
    permissions = headers["permissions-policy"]
    for feature in ("camera", "geolocation", "microphone"):
        assert f"{feature}=()" in permissions, permissions
    assert all(p.strip().endswith("=()") for p in permissions.split(",")), permissions
    assert "server" not in headers and "x-powered-by" not in headers, headers


def proc_status(pid):
    lines = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return dict(line.split(":\t", 1) for line in lines if ":\t" in line)


def every_answer_carries_the_headers_of_protection(program):
    with serving(program) as server:
        for method, path, want in (("GET", "/", 200), ("HEAD", "/", 200), ("GET", "/styleguide", 200), ("GET", "/healthz", 200),
                                   ("GET", "/metrics", 200), ("GET", "/tidak-ada", 404), ("GET", "/a/tidak-ada.css", 404),
                                   ("DELETE", "/", 405)):
            status, headers, _ = server.ask(method, path)
            assert status == want, (method, path, status)
            check_headers(headers)


def figures_are_in_the_form_that_collectors_read(program):
    with serving(program) as server:
        until("a look", lambda: b"terang_findings " in server.ask("GET", "/metrics")[2])  # its child has come back
        told, types = {}, {}
        for line in server.ask("GET", "/metrics")[2].decode().splitlines():
            if line.startswith("# TYPE "):
                types[line.split()[2]] = line.split()[3]
                continue
            if line.startswith("# HELP "):
                assert line.split()[2] not in types and len(line.split()) > 3, line
                continue
            name, labels, value = re.fullmatch(r'(terang_[a-z0-9_]+)(?:\{([a-z]+="[^"]*"(?:,[a-z]+="[^"]*")*)\})? (-?[0-9.]+)',
                                               line).groups()
            family = re.sub(r"_(bucket|sum|count)$", "", name) if "request_seconds" in name else name
            assert family in types and (types[family] == "counter") == name.endswith("_total"), line
            assert (name, labels) not in told, line
            told[name, labels] = float(value)
        for kind in ("asset", "public", "step", "api"):
            counts = [v for (name, labels), v in told.items() if name.endswith("_bucket") and f'kind="{kind}"' in labels]
            assert counts == sorted(counts), counts
            assert counts[-1] == told["terang_http_request_seconds_count", f'kind="{kind}"']
        assert told["terang_http_request_seconds_count", 'kind="asset"'] > 0 and told["terang_restarts_total", None] == 0
        assert told["terang_database_bytes", None] > 0 and told["terang_disk_available_bytes", None] > 0


def another_method_is_told_what_is_allowed(program):
    with serving(program) as server:
        assert server.ask("DELETE", "/healthz")[1]["allow"] == "GET, HEAD"


def a_malformed_head_is_refused_with_all_headers(program):
    with serving(program) as server:
        for head in (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"GET / HTTP/1.1\r\nHost : a\r\n\r\n",
                     b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"):
            status, headers = server.say(head)
            assert status == 400, (head, status)
            check_headers(headers)
        assert server.status("/healthz") == 200


def an_answer_without_a_body_is_that_of_the_same_page(program):
    with serving(program) as server:
        _, head, nothing = server.ask("HEAD", "/styleguide")
        _, full, body = server.ask("GET", "/styleguide")
        assert nothing == b"" and len(body) > 1000
        assert head["content-type"] == full["content-type"] == "text/html; charset=utf-8"


def no_role_keeps_anything_of_root(program):
    with serving(program) as server:
        for pid in (server.process.pid, server.role("server"), server.role("signer")):
            told = proc_status(pid)
            assert "0" not in told["Uid"].split() and "0" not in told["Gid"].split(), told["Uid"]
            assert told["NoNewPrivs"] == "1" and int(told["CapEff"], 16) == 0 and int(told["CapPrm"], 16) == 0, told


def without_its_system_user_root_serves_nothing(program):
    if os.getuid() != 0 or has_user("terang"):
        raise Skip("needs root, and no user terang")
    done = subprocess.run([program, "serve", "--listen=127.0.0.1:0"], check=False, capture_output=True, text=True, timeout=20)
    assert done.returncode == 2 and "terang" in done.stderr, done


def a_killed_server_is_started_again(program):
    with serving(program) as server:
        first = server.role("server")
        os.kill(first, signal.SIGKILL)
        server.role("server", other_than=first)
        until("it answers again", lambda: server.status("/readyz") == 200)
        assert server.process.poll() is None and sorted(server.roles()) == ["server", "signer"]
        assert "serve.ended" in server.log(), "the log says nothing of it"


def an_end_by_signal_is_a_good_end(program):
    for number in (signal.SIGTERM, signal.SIGINT):
        with serving(program) as server:
            roles = [server.role("server"), server.role("signer")]
            server.process.send_signal(number)
            assert server.process.wait(10) == 0, server.process.returncode
            for role in roles:
                assert not pathlib.Path(f"/proc/{role}").exists(), "a role is left behind"
            assert server.status("/healthz") is None


def a_port_in_use_is_not_served_twice(program):
    with serving(program) as server:
        second = subprocess.Popen([program, "serve", f"--listen=127.0.0.1:{server.port}"],
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=server.instance.env)
        try:
            said = second.communicate(timeout=20)[0]
        finally:
            end(second)
        assert second.returncode == 2 and str(server.port).encode() in said, (second.returncode, said)


TESTS = [
    every_answer_carries_the_headers_of_protection,
    figures_are_in_the_form_that_collectors_read,
    another_method_is_told_what_is_allowed,
    a_malformed_head_is_refused_with_all_headers,
    an_answer_without_a_body_is_that_of_the_same_page,
    no_role_keeps_anything_of_root,
    without_its_system_user_root_serves_nothing,
    a_killed_server_is_started_again,
    an_end_by_signal_is_a_good_end,
    a_port_in_use_is_not_served_twice,
]

if __name__ == "__main__":
    sys.exit(tell(TESTS))
