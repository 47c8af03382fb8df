"""demo_test.py: `terang demo` gives something to look at: pages, logins, proofs. Speaks TAP. Not for: what pages look like."""

import http.client
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.parse

from program import PATIENCE, Instance, as_user, serving_on, tell


class Demo(Instance):
    """An instance made by `terang demo`; .told is what it printed."""

    def __init__(self, program, database=None):  # not that of Instance, which would make another
        self.program = program
        self.folder = tempfile.TemporaryDirectory(prefix="terang-scenario-")
        os.chmod(self.folder.name, 0o777)
        self.data = pathlib.Path(self.folder.name, "data")
        self.env = {"PATH": os.environ["PATH"], "LC_ALL": "C", "TERANG_DATA": str(self.data)}
        if database is not None and database.address:
            self.env |= {"TERANG_DB": database.address, "TERANG_DB_OWNER": database.owner}
        made = self.run("demo", "--json")
        assert made.returncode == 0, made
        self.told = json.loads(made.stdout)
        self.passwords = {x["login"]: x["password"] for x in self.told["logins"]}

    def code(self, login):
        done = self.run("user", "code", login)
        assert done.returncode == 0, done
        return re.search(r"\d{6}", done.stdout).group(0)


class Browser:
    """Keeps its cookie."""

    def __init__(self, server):
        self.server, self.cookies = server, {}

    def ask(self, method, path, form=None):
        c = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE)
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), "Accept-Language": "id",
                   "Origin": f"http://127.0.0.1:{self.server.port}", "Content-Type": "application/x-www-form-urlencoded"}
        c.request(method, path, body=urllib.parse.urlencode(form) if form else None, headers=headers)
        answer = c.getresponse()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.split(";")[0]
        content = answer.read()
        c.close()
        return answer.status, answer.getheader("Location"), content

    def get(self, path):
        status, _, content = self.ask("GET", path)
        assert status == 200, (path, status)
        return content

    def login(self, demo, login):
        status, where, _ = self.ask("POST", "/masuk", {"login": login, "password": demo.passwords[login]})
        assert (status, where) == (303, "/masuk/kode"), (status, where)
        csrf = re.search(rb'name="csrf" value="([^"]*)"', self.get("/masuk/kode"))
        form = {"code": demo.code(login)} | ({"csrf": csrf.group(1).decode()} if csrf else {})
        status, where, content = self.ask("POST", "/masuk/kode", form)
        assert status == 303, (status, content[-2000:])
        return self


def everybody_reads_facts_with_their_gaps_and_examples_marked(program):
    with Demo(program) as demo, serving_on(demo) as server:
        page = Browser(server).get("/kota-tangerang/renaksi").decode()
        assert "Penerapan E-Planning" in page and "tidak diketahui" in page and "berita 25235" in page
        assert "contoh" in page and "Rina Contoh" not in page
        assert b"Kota Tangerang" in Browser(server).get("/")


def each_role_logs_in_and_sees_what_is_its_own(program):
    with Demo(program) as demo, serving_on(demo) as server:
        assert {"head", "secretary", "agency_head", "agency_staff", "planner", "inspector", "auditor", "supervisor_kpk",
                "supervisor_province", "admin", "operator"} == set(demo.passwords)
        assert all(len(p.split("-")) == 4 for p in demo.passwords.values())
        own = Browser(server).login(demo, "agency_staff").get("/kerja/kota-tangerang/aksi").decode()
        assert "Larangan gratifikasi" in own and "E-Budgeting menolak" not in own
        whole = Browser(server).login(demo, "supervisor_kpk").get("/kerja/kota-tangerang/aksi").decode()
        assert "Larangan gratifikasi" in whole and "E-Budgeting menolak" in whole and "Rina Contoh" not in whole
        assert Browser(server).login(demo, "admin").ask("GET", "/kerja/kota-tangerang/aksi")[0] == 403


def is_accepted(program, demo, proof):
    """By `terang verify`, which asks no server."""
    file = pathlib.Path(demo.folder.name, "bukti")
    file.write_bytes(proof)
    file.chmod(0o644)
    done = subprocess.run([*as_user(), program, "verify", str(file), "--vkey", demo.told["vkey"]], check=False,
                          capture_output=True, text=True, env=demo.env, timeout=PATIENCE)
    assert done.returncode == 0, done
    return done.stdout


def a_proof_from_a_page_is_good_and_the_log_is_whole(program):
    with Demo(program) as demo:
        with serving_on(demo) as server:
            browser = Browser(server).login(demo, "inspector")
            row = re.search(r'href="(/kerja/kota-tangerang/aksi/\d+)"', browser.get("/kerja/kota-tangerang/aksi").decode())
            assert b"Riwayat" in browser.get(row.group(1))
            proof = browser.get(row.group(1) + "/bukti")
        is_accepted(program, demo, proof)
        checked = demo.run("ledger", "check")
        assert checked.returncode == 0, checked


def every_figure_of_the_comparison_opens_into_records_with_proofs(program):
    with Demo(program) as demo:
        with serving_on(demo) as server:
            browser = Browser(server).login(demo, "supervisor_kpk")
            board = browser.get("/pengawas/banding").decode()
            scores = re.findall(r'href="(/kerja/[a-z-]+/nilai/\d+)"', board)
            assert len(set(scores)) == 9, scores
            card = re.search(r'href="(/pengawas/rapor/kota-serang)"', board).group(1)
            report = re.search(r'href="(/kerja/kota-serang/penilaian/\d+)"', browser.get(card).decode()).group(1)
            verdict = re.search(r'href="(/kerja/kota-serang/verifikasi/\d+)"', browser.get(report).decode()).group(1)
            proofs = [browser.get(path + "/bukti") for path in (scores[0], report, verdict)]
            proofs.append(Browser(server).get("/kota-tangerang/rapor/bukti"))
        for proof in proofs:
            is_accepted(program, demo, proof)


def what_is_there_is_left_alone(program):
    with Demo(program) as demo:
        again = demo.run("demo")
        assert again.returncode == 2 and "left alone" in again.stderr, again


TESTS = [
    everybody_reads_facts_with_their_gaps_and_examples_marked,
    each_role_logs_in_and_sees_what_is_its_own,
    a_proof_from_a_page_is_good_and_the_log_is_whole,
    every_figure_of_the_comparison_opens_into_records_with_proofs,
    what_is_there_is_left_alone,
]

if __name__ == "__main__":
    sys.exit(tell(TESTS))
