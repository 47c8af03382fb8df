"""program.py: what every scenario here needs: running the program, its server on a free port, saying TAP.

The server belongs to the scenario that started it and is ended by its process id. Started as root it becomes the system
user terang; where that user is missing, it is started as nobody. Not for: browsers (tests/web).
"""

import contextlib
import http.client
import os
import pathlib
import pwd
import socket
import subprocess
import sys
import tempfile
import time
import traceback

PATIENCE = 20  # seconds; sanitized builds on a busy machine are slow
NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]


class Skip(Exception):
    """This machine cannot try it; the text says why."""


def run(program, *args, env=None, lang="C"):
    """A finished command: .returncode, .stdout, .stderr, as text."""
    clean = {"PATH": os.environ["PATH"], "LC_ALL": lang} | (env or {})
    return subprocess.run([program, *args], check=False, capture_output=True, text=True, encoding="utf-8",
                          stdin=subprocess.DEVNULL, env=clean, timeout=PATIENCE)


def until(what, condition):
    """The first true answer of condition(), which is asked again until PATIENCE ends."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        answer = condition()
        if answer:
            return answer
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {PATIENCE} s")


def has_user(name):
    try:
        return pwd.getpwnam(name) is not None
    except KeyError:
        return False


def name_of(pid):
    """The name of a process, None when it has gone."""
    try:
        return pathlib.Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip()
    except OSError:
        return None


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def as_user():
    """What a command begins with so that it does not run as root, whether or not this machine has the user terang."""
    return NOBODY if os.getuid() == 0 else []


class Instance:
    """A directory with an instance in it, made by `terang init`; a context manager. .env names it for commands."""

    def __init__(self, program, *options, database=None, owner=None):
        self.program = program
        self.folder = tempfile.TemporaryDirectory(prefix="terang-scenario-")
        os.chmod(self.folder.name, 0o777)
        self.data = pathlib.Path(self.folder.name, "data")
        self.env = {"PATH": os.environ["PATH"], "LC_ALL": "C", "TERANG_DATA": str(self.data)}
        if database:
            self.env["TERANG_DB"] = database
        if owner:
            self.env["TERANG_DB_OWNER"] = owner
        made = self.run("init", *options)
        assert made.returncode == 0, made
        self.made = made.stdout

    def run(self, *args):
        return subprocess.run([*as_user(), self.program, *args], check=False, capture_output=True, text=True,
                              encoding="utf-8", stdin=subprocess.DEVNULL, env=self.env, timeout=PATIENCE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.folder.cleanup()


class Server:
    """`terang serve` on an instance: .process is the parent; .log() what it has said."""

    def __init__(self, instance, *options):
        self.instance = instance
        self.port = free_port()
        self.out = tempfile.TemporaryFile()
        self.command = [*as_user(), instance.program, "serve", f"--listen=127.0.0.1:{self.port}", *options]
        self.start()

    def start(self):
        """Once more, when the parent before has ended."""
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=self.out, stderr=subprocess.STDOUT,
                                        env=self.instance.env)

    def log(self):
        self.out.seek(0)
        return self.out.read().decode("utf-8", "replace")

    def roles(self):
        """Names and process ids of the children."""
        pid = self.process.pid
        ids = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        return {name: int(n) for n in ids if (name := name_of(n))}

    def role(self, name, other_than=None):
        """The process id of a role that is not `other_than`, once it runs."""
        return until(f"the role {name} runs", lambda: (p := self.roles().get(name)) != other_than and p)

    def status(self, path):
        """The status of a GET, None while nobody answers."""
        try:
            return self.ask("GET", path)[0]
        except OSError:
            return None

    def ask(self, method, path, **headers):
        """Status, headers with names in lower case, content."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        with contextlib.closing(connection):
            connection.request(method, path, headers=headers)
            answer = connection.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()

    def say(self, raw):
        """Sends bytes as they are; status and headers of the answer, after which the server must close."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as s:
            s.sendall(raw)
            answer = b"".join(iter(lambda: s.recv(65536), b""))
        first, *lines = answer.split(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
        return int(first.split(" ")[1]), {k.lower(): v for k, v in (line.split(": ", 1) for line in lines)}


@contextlib.contextmanager
def serving(program):
    """A server that is ready, on a fresh instance."""
    with Instance(program, "--demo") as instance, serving_on(instance) as server:
        yield server


@contextlib.contextmanager
def serving_on(instance, *options):
    """A server that is ready; what it said goes to the diagnostics when the scenario fails."""
    server = Server(instance, *options)
    try:
        until("the server is ready", lambda: server.process.poll() is not None or server.status("/readyz") == 200)
        assert server.process.poll() is None, f"ended with {server.process.returncode}"
        yield server
    except BaseException:
        print("".join(f"# {line}\n" for line in server.log().splitlines()), end="")
        raise
    finally:
        end(server.process)
        server.out.close()


def end(process):
    """Ends a process of ours, gently first; its exit status."""
    if process.poll() is None:
        process.terminate()
    try:
        return process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return None


def tell(tests):
    """Runs functions that take the program's path and says TAP. The exit status."""
    program = str(pathlib.Path(sys.argv[1]).resolve())
    failed = 0
    print(f"1..{len(tests)}")
    for number, test in enumerate(tests, 1):
        name = f"{number} - {test.__name__}"
        try:
            test(program)
            print(f"ok {name}", flush=True)
        except Skip as why:
            print(f"ok {name} # SKIP {why}", flush=True)
        except Exception:
            failed += 1
            print(f"not ok {name}")
            print("".join(f"# {line}\n" for line in traceback.format_exc().splitlines()), end="", flush=True)
    return 1 if failed else 0
