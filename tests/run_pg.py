"""run_pg.py: a PostgreSQL that lives as long as a test run, on a unix socket in a temporary folder.

PostgreSQL refuses to be root, so root hands it to the user postgres that Debian's package makes. It is told to die with
this process, and is fast because it need not survive a power cut. Not for: installations.
"""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

FAST = ["fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=60", "shared_buffers=64MB"]
MEMORY = "/dev/shm"
ROOM = 4 << 30  # bytes; a container's usual 64 MB are too few


class Unavailable(Exception):
    """There is no PostgreSQL here, or it did not start; the text says which."""


def _bin():
    versions = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
    if not versions:
        raise Unavailable("PostgreSQL is not installed")
    return versions[-1]


def _place():
    """Memory, where there is enough: a schema is hundreds of files. Else wherever temporary files are."""
    try:
        return MEMORY if shutil.disk_usage(MEMORY).free >= ROOM else None
    except OSError:
        return None


class Postgres:
    """A context manager; url is an address for the empty database terang_test, role with all rights."""

    def __init__(self):
        self.folder = None
        self.server = None
        self.url = None

    def _command(self, program, *args):
        as_user = ["--reuid", "postgres", "--regid", "postgres", "--init-groups"] if os.geteuid() == 0 else []
        return ["setpriv", *as_user, "--pdeathsig", "INT", "--", str(_bin() / program), *args]

    def _run(self, program, *args):
        done = subprocess.run(self._command(program, *args), cwd=self.folder, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Unavailable(f"{program}: {done.stderr.strip()[-500:]}")

    def _start(self):
        data = f"{self.folder}/data"
        self._run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        options = [word for option in FAST for word in ("-c", option)]
        with open(f"{self.folder}/log", "wb") as log:
            self.server = subprocess.Popen(
                self._command("postgres", "-D", data, "-k", self.folder, "-c", "listen_addresses=", *options),
                cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        deadline = time.monotonic() + 20
        while subprocess.run(self._command("pg_isready", "-q", "-h", self.folder), check=False).returncode != 0:
            if self.server.poll() is not None or time.monotonic() > deadline:
                raise Unavailable(pathlib.Path(self.folder, "log").read_text(errors="replace")[-500:])
            time.sleep(0.05)
        self._run("createdb", "-h", self.folder, "-U", "postgres", "terang_test")
        self.url = f"postgresql://postgres@/terang_test?host={self.folder}"

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="terang-pg-", dir=_place())
        try:
            if os.geteuid() == 0:
                shutil.chown(self.folder, "postgres", "postgres")
            self._start()
        except (LookupError, OSError) as e:
            self.__exit__()
            raise Unavailable(str(e)) from e
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.server is not None and self.server.poll() is None:
            self.server.send_signal(signal.SIGINT)
            try:
                self.server.wait(10)
            except subprocess.TimeoutExpired:
                self.server.send_signal(signal.SIGQUIT)
                self.server.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
