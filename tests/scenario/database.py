"""database.py: the databases that an instance can stand on, for scenarios: SQLite, and PostgreSQL with two roles.

PostgreSQL is the one that TERANG_TEST_PG names, whose role may make databases and roles; without it such a scenario is
skipped. Not for: the program's own tests of src/db.
"""

import contextlib
import os
import pathlib
import shutil
import subprocess
import sys
import urllib.parse

from program import Skip, as_user

COUNT = iter(range(1, 1000))


class Sqlite:
    """The instance's own file."""

    name = "sqlite"
    address = owner = None

    def keep(self):
        """Whoever copies the instance's directory has kept it."""

    def bring_back(self):
        """The same."""

    def run_sql(self, instance, sql):
        """Behind the program's back, as the user that owns the file; rows as lists."""
        code = ("import sqlite3, sys, json; c = sqlite3.connect(sys.argv[1], isolation_level=None); "
                "print(json.dumps([list(r) for r in c.execute(sys.argv[2]).fetchall()]))")
        # The program keeps its environment to itself; Python needs its own.
        done = subprocess.run([*as_user(), sys.executable, "-c", code, str(instance.data / "db/terang.db"), sql],
                              check=False, capture_output=True, text=True, timeout=20)
        assert done.returncode == 0, done.stderr
        return done.stdout


class Postgresql:
    """A database of its own, of a role that owns it; the server has another."""

    name = "postgresql"

    def __init__(self, base, database):
        self.base = base
        self.database = database
        self.address = self._address(f"{database}_server")
        self.owner = self._address(f"{database}_owner")

    def _address(self, role):
        return self.base._replace(netloc=f"{role}@", path=f"/{self.database}").geturl()

    def psql(self, address, sql):
        return subprocess.run(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", address, "-c", sql], check=False,
                              capture_output=True, text=True, timeout=20)

    def admin(self, sql):
        done = self.psql(self.base.geturl(), sql)
        assert done.returncode == 0, done.stderr

    def keep(self):
        """As it is now, for bring_back()."""
        self.admin(f"CREATE DATABASE {self.database}_kept TEMPLATE {self.database} OWNER {self.database}_owner")

    def bring_back(self):
        self.admin(f"DROP DATABASE {self.database} WITH (FORCE)")
        self.admin(f"CREATE DATABASE {self.database} TEMPLATE {self.database}_kept OWNER {self.database}_owner")

    def run_sql(self, instance, sql):
        done = self.psql(self.base._replace(path=f"/{self.database}").geturl(), sql)
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextlib.contextmanager
def postgresql():
    url = os.environ.get("TERANG_TEST_PG")
    if not url or not shutil.which("psql"):
        raise Skip("needs TERANG_TEST_PG and psql")
    base = urllib.parse.urlparse(url)
    folder = urllib.parse.parse_qs(base.query).get("host", [None])[0]
    if folder and os.getuid() == 0:
        pathlib.Path(folder).chmod(0o711)  # whoever serves must reach the socket
    database = Postgresql(base, f"scenario_{os.getpid()}_{next(COUNT)}")
    name = database.database
    database.admin(f"CREATE ROLE {name}_owner LOGIN")
    database.admin(f"CREATE ROLE {name}_server LOGIN")
    database.admin(f"CREATE DATABASE {name} OWNER {name}_owner")
    database.run_sql(None, f"ALTER SCHEMA public OWNER TO {name}_owner")
    try:
        yield database
    finally:
        database.admin(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        database.admin(f"DROP DATABASE IF EXISTS {name}_kept WITH (FORCE)")
        database.admin(f"DROP ROLE {name}_owner")
        database.admin(f"DROP ROLE {name}_server")


@contextlib.contextmanager
def sqlite():
    yield Sqlite()


def on_both(test):
    """Two tests of one: test(program, database)."""
    def on(make):
        def run(program):
            with make() as database:
                test(program, database)
        run.__name__ = f"{test.__name__}_{make.__name__}"
        return run
    return [on(sqlite), on(postgresql)]
