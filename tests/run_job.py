"""run_job.py: runs one test program: own process group, time limit, own temporary folder, clean environment.

Nothing a test starts survives it: its whole group is killed when it has ended, and when this process is told to stop.
"""

import ctypes
import dataclasses
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import threading

PR_SET_CHILD_SUBREAPER = 36

SANITIZERS = {
    "ASAN_OPTIONS": "abort_on_error=0:detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1",
    "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
    "TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1",
}
KEPT = ("PATH", "CI", "USER", "LOGNAME", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")


def adopt_strays():
    """From now on a process whose parent ends becomes a child of this one, so that end_strays() can find it."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _children():
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(after_name[1]) == os.getpid():
            yield int(stat.parent.name)


def end_strays():
    """Kills and collects all children, again and again until none is left. For the very end of a run."""
    while pids := list(_children()):
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


@dataclasses.dataclass(frozen=True)
class Job:
    """A program to run. env is added to the clean environment; seconds is its limit; alone: not beside others;
    hint: what to do when it fails."""

    suite: str
    name: str
    command: list
    seconds: float
    env: dict = dataclasses.field(default_factory=dict)
    cwd: str | None = None
    alone: bool = False
    tap: bool = True
    hint: str = ""


class Runner:
    """Starts jobs, possibly from several threads, and can end all of them."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="terang-test-")
        os.chmod(self.folder, 0o755)
        self.lock = threading.Lock()
        self.groups = set()
        self.stopping = False

    def environment(self, job, home):
        env = {k: os.environ[k] for k in KEPT if k in os.environ}
        env |= {"HOME": home, "TMPDIR": home, "LC_ALL": "C.UTF-8", "TZ": "UTC", "CMOCKA_MESSAGE_OUTPUT": "TAP"}
        return env | SANITIZERS | {k: str(v) for k, v in job.env.items()}

    def _start(self, job, home, out):
        command = ["setpriv", "--pdeathsig", "KILL", "--", *map(str, job.command)]
        with self.lock:
            if self.stopping:
                raise InterruptedError
            process = subprocess.Popen(
                command, cwd=job.cwd, env=self.environment(job, home), stdin=subprocess.DEVNULL,
                stdout=out, stderr=subprocess.STDOUT, start_new_session=True)
            self.groups.add(process.pid)
        return process

    def _end(self, process):
        with self.lock:
            self.groups.discard(process.pid)
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()

    def run(self, job):
        """Output and exit status; the status is None when time ran out."""
        home = tempfile.mkdtemp(dir=self.folder)
        os.chmod(home, 0o711)  # what a test starts as another user must get through
        try:
            with tempfile.TemporaryFile(dir=self.folder) as out:
                process = self._start(job, home, out)
                try:
                    status = process.wait(job.seconds)
                except subprocess.TimeoutExpired:
                    status = None
                finally:
                    self._end(process)
                out.seek(0)
                return out.read().decode(errors="replace"), status
        finally:
            shutil.rmtree(home, ignore_errors=True)

    def stop(self):
        """Ends whatever still runs and removes the temporary folder."""
        with self.lock:
            self.stopping = True
            for group in self.groups:
                try:
                    os.killpg(group, signal.SIGKILL)
                except ProcessLookupError:
                    pass
        shutil.rmtree(self.folder, ignore_errors=True)
