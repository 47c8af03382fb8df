"""account.py: what scenarios need to act as a person: the first administrator, a browser's cookie, API tokens.

Goes the way people go, page by page, so nothing is put into the database behind the program's back. Not for: what these
pages look like.
"""

import base64
import contextlib
import hashlib
import hmac
import http.client
import json
import re
import struct
import time
import urllib.parse

from program import PATIENCE

BOUNDARY = "batas-7c1f04"
COOKIE = "__Host-sesi"
PASSWORD = "embun-pasar-tujuh-layang"


def totp(secret, later=0):
    """The six digits of RFC 6238 that count now, or some steps later: each opens once, and the next one counts already."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time() // 30) + later), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7FFFFFFF) % 1000000:06}"


class Browser:
    """Keeps one cookie and the hidden fields of the page seen last."""

    def __init__(self, port):
        self.port = port
        self.cookie = None
        self.hidden = {}
        self.key = None  # of the second factor, where the person enrolled here

    def _exchange(self, method, path, body, headers):
        """The answer and its bytes, over a connection of its own."""
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as connection:
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            return answer, answer.read()

    def _ask(self, method, path, body=None, content_type="application/x-www-form-urlencoded"):
        headers = {"Cookie": f"{COOKIE}={self.cookie}"} if self.cookie else {}
        if body is not None:
            headers |= {"Origin": f"http://127.0.0.1:{self.port}", "Content-Type": content_type}
        answer, content = self._exchange(method, path, body, headers)
        page = content.decode("utf-8")
        for value in answer.headers.get_all("Set-Cookie", []):
            if value.startswith(f"{COOKIE}="):
                self.cookie = value.split("=", 1)[1].split(";")[0]
        self.hidden = dict(re.findall(r'<input type="hidden" name="(csrf|sekali)" value="([^"]*)"', page)) or self.hidden
        return answer.status, page, answer.getheader("Location")

    def get(self, path):
        """Status, page, Location."""
        return self._ask("GET", path)

    def post(self, path, form):
        """The same; the hidden fields of the page before go with it. A form is pairs, because a name may come twice."""
        return self._ask("POST", path, urllib.parse.urlencode([*self.hidden.items(), *form]))

    def post_file(self, path, field, name, content):
        """A text file in a form with nothing else in it but the hidden fields."""
        parts = [f'name="{key}"\r\n\r\n{value}' for key, value in self.hidden.items()]
        parts.append(f'name="{field}"; filename="{name}"\r\nContent-Type: text/csv\r\n\r\n{content}')
        body = "".join(f"--{BOUNDARY}\r\nContent-Disposition: form-data; {part}\r\n" for part in parts) + f"--{BOUNDARY}--\r\n"
        return self._ask("POST", path, body, f"multipart/form-data; boundary={BOUNDARY}")


def first_administrator(server, login="admin.satu", make=Browser):
    """A browser (of make(port)) in which the first administrator is logged in, who has just shown a second factor."""
    secret = next(line.split()[2] for line in server.instance.made.splitlines() if line.startswith("secret "))
    browser = make(server.port)
    browser.get("/siapkan")
    status, page, to = browser.post("/siapkan", [("secret", secret), ("login", login), ("name", "Contoh Satu"),
                                                 ("new", PASSWORD), ("again", PASSWORD)])
    assert (status, to) == (303, "/masuk/pengaman"), (status, to, page)
    _, page, _ = browser.get("/masuk/pengaman")
    key = re.search(r'<code class="num">([A-Z2-7 ]+)</code>', page)[1].replace(" ", "")
    browser.key = key
    status, page, _ = browser.post("/masuk/pengaman", [("code", totp(key))])
    assert status in (200, 303), (status, page)
    return browser


def log_in(port, key, login="admin.satu", make=Browser):
    """A browser in which the person logged in once more, with a password and the next code."""
    browser = make(port)
    browser.get("/masuk")
    status, page, to = browser.post("/masuk", [("login", login), ("password", PASSWORD)])
    assert (status, to) == (303, "/masuk/kode"), (status, to, page)
    browser.get(to)
    status, page, _ = browser.post("/masuk/kode", [("code", totp(key, 1))])
    assert status == 303, (status, page)
    browser.key = key
    return browser


def api_token(browser, permissions, name="uji"):
    """A token of the person in this browser, good for a day."""
    browser.get("/akun/token")
    status, page, _ = browser.post("/akun/token", [("name", name), ("days", "1"), *(("scope", p) for p in permissions)])
    found = re.search(r"<code>(trg_[^<]+)</code>", page)
    assert status == 200 and found, (status, page)
    return found[1]


class Api:
    """Asks with a token, over one connection that it keeps."""

    def __init__(self, port, token):
        self.port, self.token = port, token
        self.connection = None

    def ask(self, method, path, body=None, **headers):
        """Status, headers, content; None when the answer did not come whole. `body` becomes JSON."""
        headers = {name.replace("_", "-"): value for name, value in headers.items()} | {"Authorization": f"Bearer {self.token}"}
        if body is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(body)
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            self.connection.request(method, path, body=body, headers=headers)
            answer = self.connection.getresponse()
            return answer.status, answer.headers, answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            return None

    def close(self):
        """The next request makes a connection of its own."""
        self.connection.close()
        self.connection = None


def make_government(api, slug):
    """A city, in which agencies can be made."""
    status, _, body = api.ask("POST", "/api/v1/-/pemerintah", {
        "kind": "city", "code": "36.71", "slug": slug, "name": "Kota Contoh", "zone": 420})
    assert status == 201, body
