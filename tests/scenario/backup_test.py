"""backup_test.py: backup, restore and doctor, with the program as it is built, on both databases (security.md O1, O2, P5).

Speaks TAP. Not for: the format of an archive (src/core/archive).
"""

import base64
import concurrent.futures
import hashlib
import json
import os
import pathlib
import random
import re
import stat
import subprocess
import sys
import time

from database import on_both
from program import Instance, Skip, as_user, serving_on, tell, until

REGIONS = "code,name,level\n36,Banten,1\n36.71,Kota Tangerang,2\n"
WITNESS = "witness.kpk.example/w1+a31dd1d5+BMp36TvPAwgHKRbXncE87Wc/Aa1k5B1BUm5/+DzxWp91"


def new(program, database, *options):
    return Instance(program, *options, database=database.address, owner=database.owner)


def checkpoint_size(server):
    status, _, body = server.ask("GET", "/ledger/1/checkpoint")
    return int(body.decode("utf-8").split("\n")[1]) if status == 200 else 0


def outside(instance, name):
    return str(pathlib.Path(instance.folder.name, name))


def good(done):
    assert done.returncode == 0, done
    return done


def keygen(instance):
    secret = outside(instance, "secret")
    good(instance.run("backup", "keygen", secret))
    return secret


def shell(instance, script):
    """As the user that owns the instance."""
    subprocess.run([*as_user(), "sh", "-c", "umask 077; " + script], check=True, env=instance.env)


def empty_database(database):
    """On PostgreSQL, what a new machine would have."""
    if database.name == "postgresql":
        database.run_sql(None, "DROP SCHEMA public CASCADE; CREATE SCHEMA public AUTHORIZATION " +
                         f"{database.database}_owner; GRANT USAGE ON SCHEMA public TO PUBLIC")


def elsewhere(instance, name):
    """The same installation with another, empty directory."""
    instance.data = pathlib.Path(instance.folder.name, name)
    instance.env["TERANG_DATA"] = str(instance.data)
    return instance.data


def backed_up(instance):
    """An instance with a signed log and a kept file, stopped: its secret key, its archive, its second file."""
    secret = keygen(instance)
    good(instance.run("user", "create", "siti", "--name", "Siti Aminah"))
    shell(instance, f"mkdir -p {instance.data}/files/1/ab; printf evidence > {instance.data}/files/1/ab/abcdef")
    with serving_on(instance) as server:
        until("a checkpoint", lambda: checkpoint_size(server) >= 1)
    archive, keys = outside(instance, "archive"), outside(instance, "keyfile")
    told = json.loads(good(instance.run("backup", archive, "--json")).stdout)
    assert told["files"] == 1 and told["bytes"] == os.path.getsize(archive), told
    good(instance.run("backup", "keys", keys))
    return secret, archive, keys


def attach(instance, database, number):
    """As the program does: first the file, then the row that names it."""
    file = instance.data / "files/1/00" / f"0011223344556677889900000000000{number}"
    file.write_text("content", encoding="ascii")
    owner = instance.data.stat()
    os.chown(file, owner.st_uid, owner.st_gid)
    by_sql(ATTACHMENT, number=str(number))(instance, database)


def a_backup_while_writes_go_on_is_whole(program, database):
    with new(program, database) as instance:
        secret = keygen(instance)
        archive = outside(instance, "archive")
        shell(instance, f"mkdir -p {instance.data}/files/1/00")
        with serving_on(instance) as server:
            until("a checkpoint", lambda: checkpoint_size(server) >= 1)
            with concurrent.futures.ThreadPoolExecutor() as pool:
                saving = pool.submit(instance.run, "backup", archive)
                written = 0
                while not saving.done() or written == 0:
                    database.run_sql(instance, f"INSERT INTO once_key (once, answer, at) VALUES ('{written}', '', {written})")
                    attach(instance, database, written + 10)
                    written += 1
                good(saving.result())
            again = instance.run("backup", archive)
            assert again.returncode == 2 and "left alone" in again.stderr, again
        assert stat.S_IMODE(os.stat(archive).st_mode) == 0o600
        assert not os.path.exists(archive + ".part") and not (instance.data / "db/backup-copy").exists()
        told = json.loads(good(instance.run("restore", archive, "--key", secret, "--check", "--json")).stdout)
        assert told["ledger_findings"] == 0 and told["leaves"] >= 1 and not told["restored"], told
        empty_database(database)
        data = elsewhere(instance, "restored")
        good(instance.run("restore", archive, "--key", secret, "--without-keys"))
        named = re.findall(r"[0-9]{32,}", database.run_sql(instance, "SELECT file FROM attachment"))
        assert all((data / "files/1/00" / file).read_text(encoding="ascii") == "content" for file in named), "a row without its file"
        # One moment: every write up to some point, none after it.
        gap = database.run_sql(instance, "SELECT count(*) - coalesce(max(at) + 1, 0) FROM once_key").strip("[]\n ")
        assert gap == "0", gap


def a_new_machine_begins_on_hold_with_everything_there(program, database):
    with new(program, database) as instance:
        secret, archive, keys = backed_up(instance)
        empty_database(database)
        data = elsewhere(instance, "restored")
        told = json.loads(good(instance.run("restore", archive, "--key", secret, "--keys", keys, "--json")).stdout)
        assert told["restored"] and told["ledger"] == "hold" and told["ledger_findings"] == 0, told
        assert (data / "files/1/ab/abcdef").read_text(encoding="ascii") == "evidence"
        assert not (data / "db/backup-copy").exists()
        assert json.loads(good(instance.run("ledger", "check", "--json")).stdout)["found"] == 0
        assert instance.run("ledger", "status").returncode == 1
        good(instance.run("schema", "diff"))
        good(instance.run("ledger", "renew", "--reason", "the machine burnt down", "--by", "A", "--second", "B"))
        good(instance.run("ledger", "status"))
        with serving_on(instance) as server:
            until("the next log is signed", lambda: server.status("/ledger/2/checkpoint") == 200)


def what_was_signed_since_puts_the_ledger_on_hold(program, database):
    with new(program, database) as instance:
        secret, archive, keys = backed_up(instance)
        old = instance.data
        before = json.loads(good(instance.run("ledger", "status", "--json")).stdout)["signed_size"]
        path = pathlib.Path(outside(instance, "list.csv"))
        path.write_text(REGIONS, encoding="utf-8")
        good(instance.run("import", str(path), "--as", "region", "--version", "1", "--basis", "Kepmendagri"))
        with serving_on(instance) as server:
            until("the load is signed", lambda: checkpoint_size(server) > before)
        for state_is_there in (True, False):
            empty_database(database)
            if not state_is_there:
                shell(instance, f"rm {old}/signer/ledger.state")
            elsewhere(instance, f"restored-{state_is_there}")
            told = json.loads(good(instance.run("restore", archive, "--key", secret, "--keys", keys, "--signer",
                                                str(old / "signer"), "--json")).stdout)
            assert told["ledger"] == "hold" and told["reason"], told
            assert instance.run("ledger", "status").returncode == 1


def nothing_lost_means_no_hold(program, database):
    with new(program, database) as instance:
        secret, archive, keys = backed_up(instance)
        old = instance.data
        empty_database(database)
        elsewhere(instance, "restored")
        told = json.loads(good(instance.run("restore", archive, "--key", secret, "--keys", keys, "--signer", str(old / "signer"),
                                            "--json")).stdout)
        assert told["ledger"] == "runs", told
        good(instance.run("ledger", "status"))


def a_flipped_bit_anywhere_is_refused(program, database):
    with new(program, database) as instance:
        secret, archive, _ = backed_up(instance)
        content = pathlib.Path(archive).read_bytes()
        source = random.Random(20261124)
        bad = pathlib.Path(outside(instance, "bad"))
        shell(instance, f"mkdir {outside(instance, 'tmp')}")
        instance.env["TMPDIR"] = outside(instance, "tmp")
        for at in [source.randrange(len(content)) for _ in range(10)]:
            spoilt = bytearray(content)
            spoilt[at] ^= 1 << source.randrange(8)
            bad.write_bytes(spoilt)
            done = instance.run("restore", str(bad), "--key", secret, "--check")
            assert done.returncode == 1 and done.stdout == "" and str(bad) in done.stderr, (at, done)
        for spoilt in (content[:-1], content + b"x", b""):
            bad.write_bytes(spoilt)
            assert instance.run("restore", str(bad), "--key", secret, "--check").returncode == 1
        assert not os.listdir(outside(instance, "tmp")), "nothing is left of a check"
        # Nor is anything left of a restore that failed at its last byte.
        bad.write_bytes(content[:-1])
        data = elsewhere(instance, "restored")
        empty_database(database)
        assert instance.run("restore", str(bad), "--key", secret, "--without-keys").returncode == 1
        assert not os.listdir(data)


def the_archive_alone_opens_nothing(program, database):
    with new(program, database) as instance:
        secret, archive, keys = backed_up(instance)
        user = database.run_sql(instance, "SELECT id FROM app_user WHERE login = 'siti'").strip("[]\n ")
        opened = good(instance.run("proof", f"app_user/{user}", "--open", "all")).stdout
        extra = next(line.split()[1] for line in opened.splitlines() if line.startswith("extra "))
        assert b"Siti Aminah" in base64.b64decode(extra), opened
        wrapping = next((instance.data / "keys").rglob("ledger.kek")).read_bytes()
        other = outside(instance, "other")
        good(instance.run("backup", "keygen", other, "--replace"))
        refused = instance.run("restore", archive, "--key", other, "--check")
        assert refused.returncode == 1 and refused.stdout == "", refused
        for name, given in (("closed", ["--without-keys"]), ("open", ["--keys", keys])):
            empty_database(database)
            data = elsewhere(instance, name)
            good(instance.run("restore", archive, "--key", secret, *given))
            held = [p.read_bytes() for p in data.rglob("*") if p.is_file()]
            assert any(wrapping in content for content in held) == (name == "open")
            proof = instance.run("proof", f"app_user/{user}", "--open", "all")
            assert (proof.stdout == opened) == (name == "open") and (proof.returncode == 0) == (name == "open"), proof


def a_restore_goes_over_nothing(program, database):
    with new(program, database) as instance:
        secret, archive, keys = backed_up(instance)
        done = instance.run("restore", archive, "--key", secret, "--keys", keys)
        assert done.returncode == 2 and "left alone" in done.stderr, done
        if database.name == "postgresql":
            elsewhere(instance, "restored")
            done = instance.run("restore", archive, "--key", secret, "--keys", keys)
            assert done.returncode == 2 and "not empty" in done.stderr, done
        assert instance.run("restore", archive, "--key", secret).returncode == 3
        assert instance.run("restore", archive, "--check").returncode == 3


def a_database_that_lies_elsewhere_is_not_gone_over(program):
    with Instance(program) as instance:
        secret, archive, keys = backed_up(instance)
        kept = pathlib.Path(outside(instance, "kept.db"))
        data = elsewhere(instance, "restored")
        instance.env["TERANG_DB"] = f"sqlite:{kept}"
        for ending in ("", "-wal"):
            there = pathlib.Path(f"{kept}{ending}")
            there.write_bytes(b"somebody's")
            done = instance.run("restore", archive, "--key", secret, "--keys", keys)
            assert done.returncode == 2 and str(there) in done.stderr, done
            assert there.read_bytes() == b"somebody's" and not os.listdir(data)
            there.unlink()
        good(instance.run("restore", archive, "--key", secret, "--keys", keys))
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def tables_of(database):
    """How many a PostgreSQL holds."""
    return int(database.run_sql(None, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))


def a_restore_that_fails_late_leaves_nothing(program, database):
    with new(program, database) as instance:
        secret, archive, keys = backed_up(instance)
        shell(instance, f"mkdir {outside(instance, 'signer')}; head -c 100000 /dev/zero > {outside(instance, 'signer')}/ledger.key")
        empty_database(database)
        data = elsewhere(instance, "restored")
        done = instance.run("restore", archive, "--key", secret, "--keys", keys, "--signer", outside(instance, "signer"))
        assert done.returncode == 2 and "as empty as before" in done.stderr and done.stdout == "", done
        assert not os.listdir(data) and (database.name == "sqlite" or tables_of(database) == 0)
        good(instance.run("restore", archive, "--key", secret, "--keys", keys))


def killed_when(instance, condition, *args):
    """A command that is killed as soon as the condition holds."""
    process = subprocess.Popen([*as_user(), instance.program, *args], env=instance.env, stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until("the command is at work", lambda: process.poll() is not None or condition())
    assert process.poll() is None, "it was too quick to be killed"
    process.kill()
    process.wait()


def a_killed_backup_leaves_nothing_that_looks_whole(program, database):
    with new(program, database) as instance:
        secret, archive, _ = backed_up(instance)
        shell(instance, f"truncate -s 200M {instance.data}/files/1/ab/large")
        other = pathlib.Path(outside(instance, "other"))
        part = pathlib.Path(f"{other}.part")
        killed_when(instance, lambda: part.exists() and part.stat().st_size > 8 << 20, "backup", str(other))
        assert not other.exists()
        done = instance.run("restore", str(part), "--key", secret, "--check")
        assert done.returncode == 1, done
        shell(instance, f"rm {instance.data}/files/1/ab/large")
        good(instance.run("backup", str(other)))
        assert not part.exists() and not (instance.data / "db/backup-copy").exists()
        good(instance.run("restore", str(other), "--key", secret, "--check"))
        assert pathlib.Path(archive).exists()


def a_killed_restore_is_begun_anew_when_asked(program, database):
    with new(program, database) as instance:
        secret, _, keys = backed_up(instance)
        shell(instance, f"truncate -s 200M {instance.data}/files/1/ab/large")
        archive = outside(instance, "large")
        good(instance.run("backup", archive))
        empty_database(database)
        data = elsewhere(instance, "restored")
        words = ("restore", archive, "--key", secret, "--keys", keys)
        large = data / "files/1/ab/large"
        killed_when(instance, lambda: large.exists() and large.stat().st_size > 8 << 20, *words)
        assert not (data / "instance.json").exists() and instance.run("serve", "--listen=127.0.0.1:0").returncode == 2
        done = instance.run(*words)
        assert done.returncode == 2 and "--again" in done.stderr and large.exists(), done
        good(instance.run(*words, "--again"))
        assert large.stat().st_size == 200 << 20 and not (data / "restore.unfinished").exists()
        done = instance.run(*words, "--again")
        assert done.returncode == 2 and "left alone" in done.stderr and large.exists(), done


def base64url(raw):
    return base64.urlsafe_b64encode(raw).decode("ascii").rstrip("=")


def let_in(database, instance, user):
    """A session and an API token of the user, as login and account page store them: their texts."""
    now = int(time.time() * 1000)
    session = base64url(bytes(range(32)))
    raw = bytes(range(30))
    token = "trg_" + base64url(raw + hashlib.sha256(b"trg_" + raw).digest()[:3])
    kept = {kind: hashlib.sha256(kind.encode() + b"\0" + text.encode()).hexdigest()
            for kind, text in (("session", session), ("api", token))}
    database.run_sql(instance, "INSERT INTO session (id, rev, hash, holder, stage, made_at, seen_at, second_factor) "
                               f"VALUES (71, 1, '{kept['session']}', {user}, 'open', {now}, {now}, 1)")
    database.run_sql(instance, "INSERT INTO api_token (id, rev, leaf_hash, leaf_idx, holder, name, scope, expires) "
                               f"VALUES (72, 1, {blob(database)}, 1, {user}, 'x', 'government.read', 99999)")
    database.run_sql(instance, "INSERT INTO credential (id, rev, holder, kind, hash, stands_for) "
                               f"VALUES (73, 1, {user}, 'api', '{kept['api']}', 72)")
    return session, token


def doors(instance, session, token):
    """What the account page says to the session, and the interface to the token."""
    with serving_on(instance) as server:
        return (server.ask("GET", "/akun", Cookie=f"__Host-sesi={session}")[0],
                server.ask("GET", "/api/v1/-/pemerintah", Authorization=f"Bearer {token}")[0])


def no_session_or_token_lives_on_after_a_restore(program, database):
    with new(program, database) as instance:
        secret = keygen(instance)
        good(instance.run("user", "create", "siti", "--name", "Siti Aminah"))
        user = database.run_sql(instance, "SELECT id FROM app_user WHERE login = 'siti'").strip("[]\n ")
        session, token = let_in(database, instance, user)
        before = doors(instance, session, token)
        assert before[0] == 200 and before[1] != 401, before
        archive, keys = outside(instance, "archive"), outside(instance, "keyfile")
        good(instance.run("backup", archive))
        good(instance.run("backup", "keys", keys))
        empty_database(database)
        elsewhere(instance, "restored")
        told = json.loads(good(instance.run("restore", archive, "--key", secret, "--keys", keys, "--json")).stdout)
        assert told["tokens_ended"] == 1, told
        after = doors(instance, session, token)
        assert after[0] == 303 and after[1] == 401, after
        unused = database.run_sql(instance, "SELECT count(*) FROM credential WHERE kind = 'setup' AND used_at IS NULL")
        assert unused.strip("[]\n ") == "0", unused


def an_extension_of_the_administrator_is_no_hindrance(program, database):
    if database.name == "sqlite":
        raise Skip("has no extensions")
    try:
        database.run_sql(None, "CREATE EXTENSION amcheck")
    except AssertionError as why:
        raise Skip("needs the extension amcheck") from why
    with new(program, database) as instance:
        secret, archive, keys = backed_up(instance)
        empty_database(database)
        elsewhere(instance, "restored")
        good(instance.run("restore", archive, "--key", secret, "--check"))
        good(instance.run("restore", archive, "--key", secret, "--keys", keys))


def a_full_disk_is_said_and_leaves_nothing(program, database):
    with new(program, database) as instance:
        secret, archive, keys = backed_up(instance)
        small = pathlib.Path(outside(instance, "small"))
        small.mkdir()
        if os.getuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k,mode=1777", "none", str(small)],
                                              check=False, capture_output=True).returncode != 0:
            raise Skip("cannot make a small disk")
        try:
            done = instance.run("backup", str(small / "archive"))
            assert done.returncode == 2 and "full" in done.stderr, done
            assert not os.listdir(small)
            empty_database(database)
            instance.env["TERANG_DATA"] = str(small / "restored")
            done = instance.run("restore", archive, "--key", secret, "--keys", keys)
            assert done.returncode == 2 and "full" in done.stderr and "as empty as before" in done.stderr, done
            assert not os.listdir(small / "restored")
        finally:
            subprocess.run(["umount", str(small)], check=True)


def a_link_is_not_followed(program, database):
    with new(program, database) as instance:
        secret, _, _ = backed_up(instance)
        target, link = pathlib.Path(outside(instance, "target")), pathlib.Path(outside(instance, "link"))
        target.write_bytes(b"somebody's")
        link.symlink_to(target)
        for words in (("backup", str(link)), ("backup", "keygen", str(link), "--replace")):
            assert instance.run(*words).returncode == 2, words
        good(instance.run("backup", "keys", str(link)))
        assert target.read_bytes() == b"somebody's" and not link.is_symlink()
        shell(instance, f"ln -s {target} {instance.data}/files/1/ab/planted")
        done = instance.run("backup", outside(instance, "another"))
        assert done.returncode == 2 and "files/1/ab/planted" in done.stderr, done
        assert not os.path.exists(outside(instance, "another")) and secret


def backups_lie_outside_and_need_a_key(program, database):
    with new(program, database) as instance:
        none = instance.run("backup", outside(instance, "archive"))
        assert none.returncode == 2 and "backup keygen" in none.stderr, none
        secret = keygen(instance)
        assert stat.S_IMODE(os.stat(secret).st_mode) == 0o600
        for words in (("backup", str(instance.data / "x")), ("backup", "keygen", str(instance.data / "files/x"), "--replace")):
            inside = instance.run(*words)
            assert inside.returncode == 2 and "inside" in inside.stderr, inside
        assert not (instance.data / "files/x").exists()
        assert instance.run("backup", "keygen", outside(instance, "second")).returncode == 2


# ---- doctor ----


def blob(database):
    return "zeroblob(32)" if database.name == "sqlite" else "decode(repeat('00', 32), 'hex')"


def unwitnessed(instance, _):
    """A policy with a witness that has not cosigned."""
    vkey = next(line.split()[2] for line in instance.made.splitlines() if line.startswith("ledger key"))
    shell(instance, f"printf 'log %s\\nwitness kpk %s\\nquorum kpk\\n' '{vkey}' '{WITNESS}' > {instance.data}/ledger.policy")


def by_shell(script):
    return lambda instance, _: shell(instance, f"cd {instance.data}; " + script)


def by_sql(sql, **values):
    def spoil(instance, database):
        text = sql.replace("BLOB", blob(database))
        for name, value in values.items():
            text = text.replace(name.upper(), value)
        database.run_sql(instance, text)
    return spoil


def described(**changes):
    """instance.json otherwise; None takes a member away."""
    def spoil(instance, _):
        told = json.loads((instance.data / "instance.json").read_text(encoding="utf-8")) | changes
        text = json.dumps({k: v for k, v in told.items() if v is not None})
        shell(instance, f"printf %s '{text}' > {instance.data}/instance.json")
    return spoil


def recorded(**changes):
    """backup.last as if made just now, but for the changes."""
    def spoil(instance, _):
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        text = json.dumps({"archive_at": now, "keys_at": now} | changes)
        shell(instance, f"printf %s '{text}' > {instance.data}/backup.last")
    return spoil


def last_leaf_of(year):
    """One more leaf, unsigned, as if it had been made in that year."""
    def spoil(instance, database):
        text = "hex(body)" if database.name == "sqlite" else "encode(body, 'hex')"
        rows = database.run_sql(instance, f"SELECT {text} FROM ledger_entry ORDER BY idx DESC")
        row = next(r for r in re.findall(r"[0-9A-Fa-f]{20,}", rows) if b'"ts":"' in bytes.fromhex(r))
        body = re.sub(rb'"ts":"\d{4}', b'"ts":"%d' % year, bytes.fromhex(row)).hex()
        value = f"x'{body}'" if database.name == "sqlite" else f"decode('{body}', 'hex')"
        database.run_sql(instance, f"INSERT INTO ledger_entry SELECT max(idx) + 1, {value}, {blob(database)} FROM ledger_entry")
    return spoil


def witnessed_long_ago(instance, database):
    unwitnessed(instance, database)
    database.run_sql(instance, "INSERT INTO ledger_cosig (size, witness, line, at) VALUES (1, 'kpk', 'x', 5)")
    last_leaf_of(2020)(instance, database)


def of_another(instance, _):
    if os.getuid() != 0:
        raise Skip("needs root")
    os.chown(instance.data / "files/1/ab/abcdef", 12345, 12345)


def database_gone(instance, database):
    if database.name == "sqlite":
        shell(instance, f"rm {instance.data}/db/terang.db")
    else:
        instance.env["TERANG_DB"] = database.address.replace(database.database, "gone", 2)


def database_damaged(instance, database):
    if database.name != "sqlite":
        raise Skip("only amcheck sees it there")
    root = int(database.run_sql(instance, "SELECT rootpage FROM sqlite_schema WHERE name = 'role_grant_status'").strip("[]\n "))
    shell(instance, f"head -c 4096 /dev/zero | dd of={instance.data}/db/terang.db bs=4096 seek={root - 1} conv=notrunc status=none")


def disk_filled(instance, _):
    small = pathlib.Path(instance.folder.name, "small")
    small.mkdir()
    if os.getuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48m,mode=1777", "none", str(small)],
                                          check=False, capture_output=True).returncode != 0:
        raise Skip("cannot make a small disk")
    instance.folder.callback = lambda: subprocess.run(["umount", "-l", str(small)], check=True)
    shell(instance, f"cp -a {instance.data} {small}/data; fallocate -l $(($(df -B1 --output=avail {small} | tail -1) * 95 / 100)) "
                    f"{small}/fill")
    instance.env["TERANG_DATA"] = str(small / "data")


def mail_by(**settings):
    def spoil(instance, _):
        shell(instance, f"printf 'kota\\nrahasia\\n' > {instance.data}/mail.login; chmod 644 {instance.data}/mail.login")
        instance.env |= {name: text.replace("DATA", str(instance.data)) for name, text in settings.items()}
    return spoil


USER = ("INSERT INTO app_user (id, rev, leaf_hash, leaf_idx, login, name, disabled) "
        "VALUES (5, 1, BLOB, 1, 'budget_team', 'x', 0)")
ATTACHMENT = ("INSERT INTO attachment (gov, id, rev, leaf_hash, leaf_idx, record, of_entity, file, name, media, size, sha256, "
              "version, author, author_name, added_at) VALUES "
              "(1, NUMBER, 1, BLOB, 1, 3, 'x', '0011223344556677889900000000000NUMBER', "
              "'x.pdf', 'application/pdf', 7, '00', 1, 1, 'x', 1)")
JOB = ("INSERT INTO job (id, kind, gov, args, state, place, done, total, slices, attempts, made_at, by_user, by_key, by_role) "
       "VALUES (1, 'x', 1, '{}', 'WHICH', '', 0, 0, 0, 0, 5, 0, 0, 'x')")
OUTBOX = ("INSERT INTO outbox (id, kind, effect_key, args, made_at, since_at, due_at, attempts, given_up_at) "
          "VALUES (1, 'x', 'x', '{}', 5, 5, WHEN_DUE, 1, WHEN_GIVEN)")
SPOILINGS = {
    "mode": by_shell("chmod 644 instance.json"),
    "mode-more": by_shell("for i in 1 2 3 4 5 6; do touch files/1/ab/$i; chmod 644 files/1/ab/$i; done"),
    "owner": of_another,
    "room": disk_filled,
    "read-only": by_shell("chmod 500 upload"),
    "backup-never": by_shell("rm backup.last"),
    "backup-old": recorded(archive_at="2020-01-01T00:00:00Z"),
    "keys-never": recorded(keys_at=None),
    "keys-old": recorded(keys_at="2020-01-01T00:00:00Z"),
    "backup-record": by_shell("echo x > backup.last"),
    "backup-no-key": by_shell("rm backup.pub"),
    "mail-setting": mail_by(TERANG_MAIL="http://mail.example"),
    "mail-login": mail_by(TERANG_MAIL="smtps://mail.example", TERANG_MAIL_FROM="terang@kota.example",
                          TERANG_MAIL_LOGIN="DATA/mail.login"),
    "scan-setting": mail_by(TERANG_SCAN="/run/clamd.ctl"),
    "scan-away": mail_by(TERANG_SCAN="unix:DATA/upload/clamd.ctl"),
    "no-tls": described(origin="http://terang.example"),
    "any-host": described(hosts=None),
    "demo-public": described(demo=True),
    "hold": by_shell("rm signer/ledger.state"),
    "not-opened": by_shell("rm signer/ledger.key"),
    "no-database": database_gone,
    "database": database_damaged,
    "unsigned": last_leaf_of(2020),
    "clock": last_leaf_of(2099),
    "file-orphan": by_shell("touch -d '3 days ago' files/1/ab/abcdef"),
    "unwitnessed": unwitnessed,
    "witness-old": witnessed_long_ago,
    "file-lost": by_sql(ATTACHMENT, number="2"),
    "file-lost-more": lambda *where: [by_sql(ATTACHMENT, number=str(n))(*where) for n in range(2, 8)],
    "demo-login": by_sql(USER),
    "job-silent": by_sql(JOB, which="running"),
    "job-waits": by_sql(JOB, which="waiting"),
    "outbox-late": by_sql(OUTBOX, when_due="5", when_given="NULL"),
    "outbox-given-up": by_sql(OUTBOX, when_due="NULL", when_given="4000000000000"),
    "schema": by_sql("DELETE FROM migration WHERE number = (SELECT max(number) FROM migration)"),
}
UNTRIED = {"locks"}  # needs another kernel
NOTES = {"amcheck", "local-origin", "no-mail", "no-policy", "no-proxy", "setup"}


def looked_over(instance, weight="finding"):
    done = instance.run("doctor", "--json")
    assert done.returncode in (0, 1), done
    told = json.loads(done.stdout)
    assert done.returncode == (1 if told["findings"] else 0), done
    return {line["word"]: line["text"] for line in told["lines"] if line["weight"] == weight}


def healthy(program, database):
    instance = new(program, database, "--origin", "https://terang.example", "--name", "Terang")
    backed_up(instance)
    return instance


def a_healthy_instance_has_no_finding(program, database):
    with healthy(program, database) as instance:
        found = looked_over(instance)
        assert set(found) <= {"locks", "room"}, found  # what this machine lacks is not the instance's fault
        instance.env["LC_ALL"] = "id_ID.UTF-8"
        assert "catatan TERANG_PROXY" in instance.run("doctor").stdout


def what_is_worth_reading_is_noted(program, database):
    with healthy(program, database) as instance:
        notes = looked_over(instance, "note")
        described(origin="http://127.0.0.1:8080")(instance, database)
        notes |= looked_over(instance, "note")
        assert set(notes) == NOTES - ({"amcheck"} if database.name == "sqlite" else set()), notes


def each_spoiling_is_named(program, database):
    with healthy(program, database) as instance:
        whole = outside(instance, "whole")
        shell(instance, f"cp -a {instance.data} {whole}")
        database.keep()
        env = dict(instance.env)
        for word, spoil in SPOILINGS.items():
            instance.folder.callback = lambda: None
            try:
                spoil(instance, database)
                found = looked_over(instance)
                assert word in found, (word, found)
                assert found[word] and "%s" not in found[word] and not found[word].startswith("doctor."), found[word]
            except Skip as why:
                print(f"# {word} was not tried: {why}")
            finally:
                instance.folder.callback()
                instance.env = dict(env)
                shell(instance, f"rm -rf {instance.data}; cp -a {whole} {instance.data}")
                database.bring_back()
        assert set(looked_over(instance)) <= {"locks", "room"}, "not as it was"


def every_word_of_doctor_is_tried(program):
    source = "".join(p.read_text(encoding="utf-8") for p in pathlib.Path("src/main").glob("doctor*.c"))
    words = set(re.findall(r'(?<!name = )"doctor\.([a-z-]+)"', source)) - {"finding", "note", "found", "good"}
    assert words == set(SPOILINGS) | UNTRIED | NOTES and program, words ^ (set(SPOILINGS) | UNTRIED | NOTES)
    areas = pathlib.Path("src/core/machine/report.c").read_text(encoding="utf-8")
    told = set(" ".join(re.findall(r'\{AREA_\w+, +"([a-z -]+)"\}', areas)).split())
    assert told == words, ("the page knows no place for", told ^ words)


TESTS = [test for both in (
    a_backup_while_writes_go_on_is_whole,
    a_new_machine_begins_on_hold_with_everything_there,
    what_was_signed_since_puts_the_ledger_on_hold,
    nothing_lost_means_no_hold,
    a_flipped_bit_anywhere_is_refused,
    the_archive_alone_opens_nothing,
    a_restore_goes_over_nothing,
    a_restore_that_fails_late_leaves_nothing,
    a_killed_backup_leaves_nothing_that_looks_whole,
    a_killed_restore_is_begun_anew_when_asked,
    no_session_or_token_lives_on_after_a_restore,
    an_extension_of_the_administrator_is_no_hindrance,
    a_full_disk_is_said_and_leaves_nothing,
    a_link_is_not_followed,
    backups_lie_outside_and_need_a_key,
    a_healthy_instance_has_no_finding,
    what_is_worth_reading_is_noted,
    each_spoiling_is_named,
) for test in on_both(both)] + [
    a_database_that_lies_elsewhere_is_not_gone_over,
    every_word_of_doctor_is_tried,
]

if __name__ == "__main__":
    sys.exit(tell(TESTS))
