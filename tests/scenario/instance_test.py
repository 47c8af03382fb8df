"""instance_test.py: a whole installation from init to its end: schema, keys, signing, crashes, holds. Speaks TAP.

Each on SQLite and on PostgreSQL with two roles. Not for: what pages show, headers (serve_test.py).
"""

import base64
import hashlib
import json
import os
import pathlib
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time

from account import first_administrator
from database import on_both, postgresql
from program import Instance, as_user, run, serving_on, tell, until


def new(program, database, *options):
    return Instance(program, *options, database=database.address, owner=database.owner)


def checkpoint(server):
    """Size and number of signatures of the newest checkpoint; 0, 0 while there is none."""
    status, _, body = server.ask("GET", "/ledger/1/checkpoint")
    if status != 200:
        return 0, 0
    text, signatures = body.decode("utf-8").split("\n\n")
    return int(text.split("\n")[1]), signatures.count("\n")


def signed(server, least=1):
    return until(f"a checkpoint of {least} leaves", lambda: (c := checkpoint(server))[0] >= least and c)


def leaf_hash(server, index):
    _, _, tile = server.ask("GET", f"/ledger/1/tile/0/000.p/{index + 1}")
    return tile[32 * index : 32 * (index + 1)].hex()


def init_makes_a_directory_that_only_its_user_can_read(program, database):
    with new(program, database, "--name", "Terang Kota Contoh", "--origin", "https://terang.example") as instance:
        assert stat.S_IMODE(instance.data.stat().st_mode) == 0o700
        for name in ("instance.json", "signer/ledger.key", "signer/ledger.state"):
            assert stat.S_IMODE((instance.data / name).stat().st_mode) == 0o600, name
        told = json.loads((instance.data / "instance.json").read_text(encoding="utf-8"))
        assert told["name"] == "Terang Kota Contoh" and told["log"] == "terang.example/ledger", told
        assert "terang.example/ledger/1+" in instance.made
        secrets = [line.split()[2] for line in instance.made.splitlines() if line.startswith("secret ")]
        assert len(set(secrets)) == 2, "one for each of the first administrators"
        for path in instance.data.rglob("*"):
            assert path.is_dir() or not any(s.encode() in path.read_bytes() for s in secrets), path
        assert instance.run("schema", "diff").stdout == ""


def init_touches_nothing_that_is_there(program, database):
    with new(program, database) as instance:
        before = (instance.data / "signer/ledger.key").read_bytes()
        again = instance.run("init")
        assert again.returncode == 2 and "left alone" in again.stderr, again
        assert (instance.data / "signer/ledger.key").read_bytes() == before
        # Another directory with the same database.
        address = instance.env.get("TERANG_DB", f"sqlite:{instance.data}/db/terang.db")
        elsewhere = instance.env | {"TERANG_DATA": f"{instance.folder.name}/second", "TERANG_DB": address}
        second = subprocess.run([*as_user(), program, "init"], check=False, capture_output=True, text=True, env=elsewhere)
        assert second.returncode == 2 and "not empty" in second.stderr, second
        assert not pathlib.Path(elsewhere["TERANG_DATA"], "instance.json").exists()


def what_is_served_is_signed_and_can_be_proven(program, database):
    with new(program, database) as instance:
        with serving_on(instance) as server:
            size, _ = signed(server)
            assert server.status("/healthz") == 200 and size >= 1
            vkey = server.ask("GET", "/ledger/1/log.vkey")[2].decode("ascii").strip()
            _, headers, _ = server.ask("GET", "/ledger/1/tile/entries/000.p/1")
            assert "immutable" in headers["cache-control"] and headers["access-control-allow-origin"] == "*", headers
            assert "set-cookie" not in headers
            proof = instance.run("proof", leaf_hash(server, 0))
            assert proof.returncode == 0, proof
            with tempfile.NamedTemporaryFile("w", suffix=".tlog-proof", encoding="utf-8") as file:
                file.write(proof.stdout)
                file.flush()
                verified = run(program, "verify", file.name, "--vkey", vkey, "--json")
            assert verified.returncode == 0 and json.loads(verified.stdout), verified
            assert b"terang_ledger_hold 0\n" in server.ask("GET", "/metrics")[2]
            began = time.monotonic()
            server.process.terminate()
            assert server.process.wait(10) == 0 and time.monotonic() - began < 10
        checked = instance.run("ledger", "check", "--json")
        assert checked.returncode == 0 and json.loads(checked.stdout) == {"findings": [], "found": 0}, checked


def a_killed_signer_comes_back_and_signs_again(program, database):
    with new(program, database) as instance, serving_on(instance) as server:
        assert signed(server)[1] == 1
        # A second key is named by a leaf of its own as soon as a signer has it: something new to sign.
        assert instance.run("ledger", "keygen", "--rotate").returncode == 0
        first = server.role("signer")
        os.kill(first, signal.SIGKILL)
        server.role("signer", other_than=first)
        until("it is ready again", lambda: server.status("/readyz") == 200)
        until("both keys sign", lambda: checkpoint(server)[1] == 2)
        assert instance.run("ledger", "check").returncode == 0


def a_killed_server_loses_nothing(program, database):
    with new(program, database) as instance, serving_on(instance) as server:
        size, _ = signed(server)
        for _ in range(3):
            first = server.role("server")
            os.kill(first, signal.SIGKILL)
            server.role("server", other_than=first)
            until("it is ready again", lambda: server.status("/readyz") == 200)
        assert signed(server)[0] >= size
        assert instance.run("ledger", "check").returncode == 0


def there_is_one_writer(program, database):
    with new(program, database) as instance, serving_on(instance):
        for command in (("ledger", "rebuild"), ("migrate",)):
            refused = instance.run(*command)
            assert refused.returncode == 2 and "stop" in refused.stderr, refused
        assert instance.run("ledger", "status").returncode == 0


def a_row_behind_the_programs_back_is_found(program, database):
    with new(program, database) as instance:
        database.run_sql(instance, "INSERT INTO unit (gov, id, rev, leaf_hash, leaf_idx, agency, code, name) "
                                   f"VALUES (1, 7, 1, {'zeroblob(32)' if database.name == 'sqlite' else blob32()}, 5, 1, 'x', 'y')")
        checked = instance.run("ledger", "check", "--json")
        assert checked.returncode == 1, checked
        assert [(f["fault"], f["rec"]) for f in json.loads(checked.stdout)["findings"]] == [("LEAF_MISSING", "unit/7")], checked


def blob32():
    return "decode(repeat('00', 32), 'hex')"


def tiles_can_be_computed_anew(program, database):
    with new(program, database) as instance:
        with serving_on(instance) as server:
            signed(server)
        database.run_sql(instance, "DELETE FROM ledger_tile")
        assert instance.run("ledger", "check").returncode == 1
        rebuilt = instance.run("ledger", "rebuild")
        assert rebuilt.returncode == 0, rebuilt
        assert instance.run("ledger", "check").returncode == 0


def without_the_signers_state_nothing_is_signed(program, database):
    with new(program, database) as instance:
        with serving_on(instance) as server:
            size, _ = signed(server)
        (instance.data / "signer/ledger.state").unlink()
        status = instance.run("ledger", "status", "--json")
        assert status.returncode == 1 and json.loads(status.stdout)["mode"] == "hold", status
        with serving_on(instance) as server:
            assert checkpoint(server)[0] >= size, "reading goes on"
            assert b"terang_ledger_hold 1\n" in server.ask("GET", "/metrics")[2]
        # Two people decide to begin the next log.
        refused = instance.run("ledger", "renew", "--reason", "state lost", "--by", "user/1", "--second", "user/1")
        assert refused.returncode == 3, refused
        renewed = instance.run("ledger", "renew", "--reason", "state lost", "--by", "user/1", "--second", "user/2")
        assert renewed.returncode == 0 and "/ledger/2+" in renewed.stdout, renewed
        with serving_on(instance) as server:
            until("the next log is signed", lambda: server.status("/ledger/2/checkpoint") == 200)
        assert instance.run("ledger", "check").returncode == 0


def undoing(migration):
    """Statements that take back what a migration made: indexes before columns, columns before tables."""
    words = [line.replace("(", " ").split() for line in migration.splitlines()]
    indexes = [w[w.index("INDEX") + 1] for w in words if w[:1] == ["CREATE"] and "INDEX" in w[:3]]
    columns = [(w[2], w[5]) for w in words if w[:2] == ["ALTER", "TABLE"] and w[3:5] == ["ADD", "COLUMN"]]
    tables = [w[2] for w in words if w[:2] == ["CREATE", "TABLE"]]
    return [*(f"DROP INDEX {x}" for x in indexes), *(f"ALTER TABLE {t} DROP COLUMN {c}" for t, c in columns),
            *(f"DROP TABLE {x}" for x in tables)]


def an_older_schema_is_brought_up_to_date_at_the_start(program, database):
    with new(program, database) as instance:
        rows = database.run_sql(instance, "SELECT sql FROM migration ORDER BY number DESC LIMIT 1")
        sql = json.loads(rows)[0][0] if database.name == "sqlite" else rows
        for undo in undoing(sql):
            database.run_sql(instance, undo)
        database.run_sql(instance, "DELETE FROM migration WHERE number = (SELECT max(number) FROM migration)")
        refused = instance.run("ledger", "status")
        assert refused.returncode == 2 and "terang migrate" in refused.stderr, refused
        with serving_on(instance) as server:
            assert "serve.migrated steps=1" in server.log(), server.log()
        assert instance.run("schema", "diff").returncode == 0


def the_servers_role_cannot_rewrite_history(program):
    with postgresql() as database, new(program, database) as instance:
        with serving_on(instance) as server:
            signed(server)
            for sql in ("UPDATE ledger_entry SET leaf_hash = leaf_hash", "DELETE FROM ledger_entry",
                        "UPDATE ledger_checkpoint SET note = note", "DELETE FROM ledger_checkpoint", "DELETE FROM government",
                        "DELETE FROM history", "UPDATE migration SET name = name", "CREATE TABLE x (id BIGINT)",
                        "DROP TABLE unit", "ALTER TABLE unit ADD COLUMN x TEXT", "TRUNCATE ledger_entry"):
                refused = database.psql(database.address, sql)
                assert refused.returncode != 0 and ("permission denied" in refused.stderr or "must be owner" in refused.stderr), sql
            for sql in ("SELECT count(*) FROM ledger_entry", "DELETE FROM once_key", "UPDATE government SET name = name"):
                assert database.psql(database.address, sql).returncode == 0, sql


def a_backup_put_back_is_a_hold_until_a_mirror_gives_the_rest(program):
    with Instance(program) as instance:
        with serving_on(instance) as server:
            size, _ = signed(server)
        data, kept, mirror = instance.data / "db/terang.db", pathlib.Path(instance.folder.name, "kept.db"), None
        shutil.copy2(data, kept)
        assert instance.run("ledger", "keygen", "--rotate").returncode == 0
        assert instance.run("user", "keyring", "--rotate").returncode == 0  # a record that the backup will not have
        with serving_on(instance) as server:
            signed(server, size + 2)
        mirror = pathlib.Path(instance.folder.name, "mirror")
        mirror.mkdir(mode=0o777)
        mirror.chmod(0o777)
        assert instance.run("ledger", "export", str(mirror)).returncode == 0
        assert (mirror / "1/checkpoint").is_file()
        for beside in data.parent.glob("terang.db-*"):
            beside.unlink()
        with open(data, "wb") as to, open(kept, "rb") as old:
            shutil.copyfileobj(old, to)
        assert instance.run("ledger", "status").returncode == 1
        resumed = instance.run("ledger", "resume", "--from", str(mirror))
        assert resumed.returncode == 0, resumed
        assert instance.run("ledger", "status").returncode == 0
        with serving_on(instance) as server:
            signed(server, size + 2)
        # The mirror gives leaves, not rows: what was written after the backup is told as lost, and nothing else is. The
        # server may have written more of it than this test did: which daily jobs ran depends on the hour.
        checked = instance.run("ledger", "check", "--json")
        findings = json.loads(checked.stdout)["findings"]
        assert checked.returncode == 1, checked
        assert all(f["fault"] in ("ROW_MISSING", "ROW_CHANGED") and f["idx"] >= size for f in findings), (size, findings)
        assert any(f["fault"] == "ROW_MISSING" and f["rec"].startswith("keyring_key/") for f in findings), findings


def a_lost_database_is_not_made_anew(program):
    with Instance(program) as instance:
        file = instance.data / "db/terang.db"
        file.unlink()
        for words in (("migrate",), ("serve", "--listen=127.0.0.1:0"), ("user", "list")):
            done = instance.run(*words)
            assert done.returncode == 2 and "database" in done.stderr and not file.exists(), done


def an_older_revision_can_be_proven(program, database):
    with new(program, database) as instance, serving_on(instance) as server:
        first_administrator(server)
        told = database.run_sql(instance, "SELECT id, rev FROM app_user WHERE rev > 1").strip("[]\n").replace("|", ",")
        user, newest = told.split(",")
        until("the account is under a checkpoint", lambda: instance.run("proof", f"app_user/{user}").returncode == 0)
        for revision in range(1, int(newest) + 1):
            done = instance.run("proof", f"app_user/{user}@{revision}")
            extra = json.loads(base64.b64decode(done.stdout.splitlines()[1].removeprefix("extra ")))
            assert extra["body"]["rev"] == str(revision) and extra["body"]["rec"] == f"app_user/{user}", extra
        assert instance.run("proof", f"app_user/{user}@{int(newest) + 1}").returncode == 2
        assert instance.run("proof", f"app_user/{user}@1", "--open", "all").returncode == 3


def the_forms_of_leaves_are_logged_once(program, database):
    with new(program, database) as instance:
        for _ in range(2):
            with serving_on(instance) as server:
                forms = server.ask("GET", "/ledger/1/forms")[2]
                name = hashlib.sha256(forms).hexdigest()
                status, _, body = server.ask("GET", f"/ledger/1/forms/{name}")
                assert (status, body) == (200, forms), status
                assert server.ask("GET", f"/ledger/1/forms/{name[::-1]}")[0] == 404
        assert database.run_sql(instance, "SELECT count(*) FROM leaf_forms").strip("[]\n") == "1"
        assert instance.run("ledger", "check").returncode == 0
        database.run_sql(instance, "UPDATE leaf_forms SET sha256 = 'x' || sha256")
        found = instance.run("ledger", "check")
        assert found.returncode == 1 and "ROW_CHANGED   leaf_forms/" in found.stdout and "LEAF_MISSING" in found.stdout, found


BOTH = [
    an_older_revision_can_be_proven,
    the_forms_of_leaves_are_logged_once,
    init_makes_a_directory_that_only_its_user_can_read,
    init_touches_nothing_that_is_there,
    what_is_served_is_signed_and_can_be_proven,
    a_killed_signer_comes_back_and_signs_again,
    a_killed_server_loses_nothing,
    there_is_one_writer,
    a_row_behind_the_programs_back_is_found,
    tiles_can_be_computed_anew,
    without_the_signers_state_nothing_is_signed,
    an_older_schema_is_brought_up_to_date_at_the_start,
]
TESTS = [t for test in BOTH for t in on_both(test)] + [
    the_servers_role_cannot_rewrite_history,
    a_lost_database_is_not_made_anew,
    a_backup_put_back_is_a_hold_until_a_mirror_gives_the_rest,
]

if __name__ == "__main__":
    sys.exit(tell(TESTS))
