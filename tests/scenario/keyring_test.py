"""keyring_test.py: the keyring gets a new key while people have second factors and recovery codes. Speaks TAP.

Each on SQLite and on PostgreSQL. Not for: the job's moments one by one (src/core/user/rekey_test.c).
"""

import json
import signal
import subprocess
import sys

from account import first_administrator, log_in
from database import on_both
from program import Instance, as_user, serving_on, tell, until


def keys(instance):
    """Number of key to what hangs on it, newest first."""
    done = instance.run("user", "keyring", "--json")
    assert done.returncode == 0, done
    return {k["key"]: (k["second_factors"], k["recovery_codes"]) for k in json.loads(done.stdout)}


def key_numbers(instance):
    return [int(line.split()[1]) for line in (instance.data / "keys/keyring").read_text(encoding="ascii").splitlines()]


def a_new_key_seals_and_the_old_one_opens_until_nothing_needs_it(program, database):
    with Instance(program, database=database.address, owner=database.owner) as instance:
        with serving_on(instance) as server:
            key = first_administrator(server).key
            assert keys(instance) == {1: (1, 10)}
            refused = instance.run("user", "keyring", "--rotate")
            assert refused.returncode == 2 and key_numbers(instance) == [1], refused
        rotated = instance.run("user", "keyring", "--rotate")
        assert rotated.returncode == 0 and "backup keys" in rotated.stdout, rotated
        assert keys(instance) == {2: (0, 0), 1: (1, 10)}
        with serving_on(instance) as server:
            until("the second factor is sealed anew", lambda: keys(instance) == {2: (1, 0), 1: (0, 10)})
            browser = log_in(server.port, key)
            browser.get("/akun")
            status, page, _ = browser.post("/akun/pemulihan", [])
            assert status == 200, (status, page)
            assert keys(instance) == {2: (1, 10), 1: (0, 0)}
        settled = instance.run("user", "keyring", "--settle")
        assert settled.returncode == 0 and key_numbers(instance) == [2], settled
        checked = instance.run("ledger", "check")
        assert checked.returncode == 0, checked
        told = database.run_sql(instance, "SELECT count(*), count(retired_at) FROM keyring_key")
        assert [int(n) for n in told.strip("[]\n").replace("|", ",").split(",")] == [2, 1], told


def a_settling_that_is_killed_locks_nobody_out(program, database):
    with Instance(program, database=database.address, owner=database.owner) as instance:
        with serving_on(instance) as server:
            key = first_administrator(server).key
        assert instance.run("user", "keyring", "--rotate").returncode == 0
        for ms in (20, 60, 120, 200, 300):
            settling = subprocess.Popen([*as_user(), program, "user", "keyring", "--settle"], env=instance.env,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                settling.wait(ms / 1000)
            except subprocess.TimeoutExpired:
                settling.send_signal(signal.SIGKILL)
                settling.wait()
        with serving_on(instance) as server:
            log_in(server.port, key)
            until("the second factor is sealed anew", lambda: keys(instance)[2] == (1, 0))


BOTH = [a_new_key_seals_and_the_old_one_opens_until_nothing_needs_it, a_settling_that_is_killed_locks_nobody_out]

if __name__ == "__main__":
    sys.exit(tell([t for test in BOTH for t in on_both(test)]))
