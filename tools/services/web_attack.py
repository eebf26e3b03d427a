"""A hostile client of an nginx with the module. It knows valid tokens, and sends changed tokens in
changed requests.

For each response with content, the test searches the sent octets. They must contain a valid token,
equal octet by octet, at a place where the location reads it. A response with 500 is also a failure,
because a client must not be able to cause it."""

import contextlib
import random
import re
import socket
import threading
import time
from collections import Counter
from urllib.parse import unquote_to_bytes

from services import guards
from services.server import expect
from services.web import ORIGIN

ROUNDS = 2000
THREADS = 8
LIFETIME = 6

LOCATIONS = guards.GUARDED + f"""
    keepalive_timeout 50ms; client_header_timeout 300ms; client_body_timeout 300ms;
    location /bound/ {{
        keycard on; keycard_dpop {ORIGIN}; keycard_dpop_window 600s; alias {{folder}}/content/; index file;
    }}
    location = /asked-bound {{ internal; keycard on; keycard_dpop {ORIGIN}; keycard_dpop_window 600s; return 204; }}
    location /auth-bound/ {{ auth_request /asked-bound; alias {{folder}}/content/; }}
    location /cookie/ {{ keycard on; keycard_token $cookie_session; return 200 "content"; }}
    location /argument/ {{ keycard on; keycard_token $arg_access_token; return 200 "content"; }}
    location /narrow/ {{ keycard on; keycard_scope absent:scope; return 200 "content"; }}
    location /narrow-auth/ {{ auth_request /asked-narrow; alias {{folder}}/content/; }}
    location = /asked-narrow {{ internal; keycard on; keycard_scope absent:scope; return 204; }}
"""
BEARER = sorted(path for name, path in guards.PATHS.items() if name != "return-status") + ["/narrow/", "/narrow-auth/file"]
BOUND = ["/bound/file", "/auth-bound/file"]
CHARACTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
TOKEN = rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+"
# Where the module reads a token. nginx ends a line at LF, with any number of CR before it, and
# trims the spaces around a value.
READ = {
    "header": re.compile(rb"\nauthorization: *bearer +(" + TOKEN + rb") *\r*(?=\n)", re.I),
    "bound": re.compile(rb"\nauthorization: *dpop +(" + TOKEN + rb") *\r*(?=\n)", re.I),
    "cookie": re.compile(rb"\bsession *= *(" + TOKEN + rb")(?=[;, \r\n])", re.I),
    "argument": re.compile(rb"\baccess_token=(" + TOKEN + rb")(?=[& #\r\n])", re.I),
}
ARGUMENT = re.compile(rb"[?&]access_token=", re.I)
PROOF = re.compile(rb"\ndpop: *(" + TOKEN + rb") *\r*(?=\n)", re.I)
ANSWER = re.compile(rb"HTTP/1\.[01] (\d{3}) ")


def mutated(chance, octets):
    """Octets of which some are changed, left out, doubled, cut off or written in another way."""
    octets = bytearray(octets)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        at = chance.randrange(len(octets) + 1)
        kind = chance.randrange(8)
        if kind == 0 and at < len(octets):
            octets[at] = chance.randrange(256)
        elif kind == 1 and at < len(octets):
            octets[at] ^= 1 << chance.randrange(8)
        elif kind == 2:
            del octets[at : at + chance.randint(1, 9)]
        elif kind == 3:
            octets[at:at] = chance.choice((b" ", b"\t", b"\r\n ", b"\n", b"\r", b"\0", b",", b"%", b"=", b".", b";", b"\xc2\xa0"))
        elif kind == 4:
            octets[at:at] = octets[at : at + chance.randint(1, 40)]
        elif kind == 5:
            del octets[at:]
        elif kind == 6 and at < len(octets):
            octets[at : at + 1] = b"%%%02x" % octets[at]
        elif at < len(octets):
            octets[at] = chance.choice(CHARACTERS)
    return bytes(octets)


class Attack:
    """Runs attacks against a server. The seed chooses the attack of each round. `record` gets the
    octets of each request."""

    def __init__(self, web, key, other, client, seed, record=None):
        self.web, self.key, self.client, self.seed, self.record = web, key, client, seed, record
        self.good = {token.encode(): time.time() + 3600 for token in
                     (key.token(scope="a b"), other.token(sub="device-2"), key.token(jti="x" * 200))}
        self.lasting = list(self.good)
        self.bound = key.token(cnf=client.confirmation()).encode()
        self.bad = [token.encode() for token in (
            key.token(aud="api://other"), key.token(iss="https://evil.example"), key.token(exp=int(time.time()) - 1),
            key.token(nbf=int(time.time()) + 9999), key.token({"kid": other.name}), key.token({"alg": "none"}),
            self.bound.decode())]
        self.proofs, self.used, self.lock = [], Counter(), threading.Lock()
        self.tried, self.statuses, self.content, self.faults = Counter(), Counter(), Counter(), []

    # --- attacks: each returns the octets to send ---

    def request(self, path, fields, method=b"GET", body=b"", close=True):
        lines = [method + b" " + path + b" HTTP/1.1", b"Host: x", *fields]
        lines += [b"Content-Length: %d" % len(body)] if body else []
        lines += [b"Connection: close"] if close else []
        return b"\r\n".join(lines) + b"\r\n\r\n" + body

    def path(self, chance, paths=BEARER):
        return chance.choice(paths).encode()

    def token_of_a_client(self, chance):
        return chance.choice(self.lasting)

    def honest(self, chance):
        """Changes nothing, to prove that the attack can reach the content."""
        return self.request(self.path(chance), [b"Authorization: Bearer " + self.token_of_a_client(chance)])

    def token(self, chance):
        scheme = chance.choice((b"Bearer ", b"bearer ", b"BEARER  ", b"Bearer\t", b"DPoP ", b"Basic ", b""))
        return self.request(self.path(chance), [b"Authorization: " + scheme + mutated(chance, self.token_of_a_client(chance))])

    def signature(self, chance):
        """Changes the last characters, where base64url has unused bits (RFC 4648 section 3.5)."""
        good = bytearray(self.token_of_a_client(chance))
        good[-chance.randint(1, 3)] = chance.choice(CHARACTERS)
        tail = chance.choice((b"", b"", b"", b"=", b"==", b".", b"A", b"AA", b"AAAA"))
        return self.request(self.path(chance), [b"Authorization: Bearer " + bytes(good) + tail])

    def parts(self, chance):
        """The parts of several tokens."""
        columns = [token.split(b".") for token in self.lasting + self.bad]
        wrong = b".".join(chance.choice(columns)[place] for place in range(3))
        return self.request(self.path(chance), [b"Authorization: Bearer " + wrong])

    def foreign(self, chance):
        """Tokens of the issuer that this server must reject."""
        return self.request(self.path(chance), [b"Authorization: Bearer " + chance.choice(self.bad)])

    def expiring(self, chance):
        """Tokens near their end."""
        with self.lock:
            short = [token for token, end in self.good.items() if end < time.time() + LIFETIME + 1]
        return self.request(self.path(chance), [b"Authorization: Bearer " + chance.choice(short or self.bad)])

    def fields(self, chance):
        """Several headers, folded headers, and lines that end early."""
        good, wrong = self.token_of_a_client(chance), mutated(chance, self.token_of_a_client(chance))
        choices = [b"Authorization: Bearer " + good, b"Authorization: Bearer " + wrong, b"Authorization:",
                   b"Authorization: Bearer\r\n " + good, b"Authorization : Bearer " + good, b"X: y\r\n\tAuthorization: Bearer " + good,
                   b" Authorization: Bearer " + good, b"Authorization: Bearer " + good + b", Bearer " + wrong,
                   b"Authorization: Bearer " + wrong + b"\nAuthorization: Bearer " + good, b"Proxy-Authorization: Bearer " + good,
                   b"Authorization: DPoP " + self.bound, b"Authorization: Bearer " + good[:40] + b"\r\n" + good[40:],
                   b"Authorization\0: Bearer " + good, b"Cookie: session=" + good, b"authorization:bearer " + wrong]
        return self.request(self.path(chance), chance.choices(choices, k=chance.randint(1, 3)))

    def whole(self, chance):
        """A whole request, mutated, of a client with a good token, a wrong one or no token."""
        good = self.token_of_a_client(chance)
        value = chance.choice((good, good, chance.choice(self.bad), b""))
        return mutated(chance, self.request(self.path(chance), [b"Authorization: Bearer " + value])) + b"\r\n\r\n"

    def paths(self, chance):
        """Other spellings of a guarded path, without a token."""
        path = self.path(chance, BEARER + BOUND)
        before = chance.choice((b"", b"/", b"/./", b"/x/..", b"//", b"http://x", b"/%2e%2e", b"/open/..", b"/open/%2e%2e"))
        path = before + (mutated(chance, path) if chance.random() < 0.7 else path)
        token = self.token_of_a_client(chance)
        fields = chance.choice(([], [], [b"Authorization: Bearer x"], [b"Range: bytes=0-3"], [b"Upgrade: h2c"],
                                [b"X-Original-URI: /open/hello"], [b"Authorization: Bearer " + mutated(chance, token)]))
        method = chance.choice((b"GET", b"GET", b"HEAD", b"POST", b"OPTIONS", b"TRACE", b"get", b"PROPFIND"))
        return self.request(path, fields, method)

    def pipelined(self, chance):
        """Several requests on one connection. A token counts only for its own request."""
        said = b""
        for _ in range(chance.randint(2, 4)):
            value = chance.choice((self.token_of_a_client(chance), b"x", mutated(chance, self.token_of_a_client(chance))))
            fields = chance.choice(([], [b"Authorization: Bearer " + value]))
            body = chance.choice((b"", b"", b"x" * 14000, self.request(self.path(chance), [])))
            said += self.request(self.path(chance), fields, b"POST" if body else b"GET", body, close=False)
        return said + self.request(self.path(chance), [])

    def variables(self, chance):
        """The token in a cookie or an argument."""
        good = self.token_of_a_client(chance)
        value = good if chance.random() < 0.4 else mutated(chance, good)
        if chance.random() < 0.5:
            name = chance.choice((b"session=", b"session=", b"Session=", b"x=1; session=", b"session=x; session=", b"session =", b"session"))
            return self.request(b"/cookie/", [b"Cookie: " + name + value])
        name = chance.choice((b"access_token=", b"access_token=", b"ACCESS_TOKEN=", b"a=b&access_token=", b"access_token=x&access_token=",
                              b"access%5ftoken="))
        fields = chance.choice(([], [b"Authorization: Bearer " + good]))
        return self.request(chance.choice((b"/argument/?", b"/argument/?", b"/return/?")) + name + value, fields)

    def proof(self, chance):
        """Bound tokens with proofs that are good, used, mutated, missing or double."""
        with self.lock:
            known = self.proofs[-40:]
        proof = chance.choice(known)
        wrong = mutated(chance, proof)
        token = chance.choice((self.bound, self.bound, self.bound, mutated(chance, self.bound), self.token_of_a_client(chance)))
        proofs = chance.choice(([proof], [proof], [wrong], [wrong], [], [proof, proof], [wrong, proof], [proof, wrong], [self.bound]))
        scheme = chance.choice((b"DPoP ", b"DPoP ", b"DPoP ", b"dpop ", b"Bearer "))
        return self.request(self.path(chance, BOUND), [b"Authorization: " + scheme + token] + [b"DPoP: " + each for each in proofs])

    # --- verdicts ---

    def allowed(self, sent, now):
        """The number of answers with content whose request had a valid token."""
        def fresh(token):
            # nginx reads its clock once for all events that it handles together.
            return token in self.good and now < self.good[token] + 0.5

        line = sent.split(b"\n")[0]
        kind = "cookie" if b"/cookie/" in line else "argument" if b"/argument/" in line else "header"
        worth = sum(map(fresh, READ[kind].findall(sent)))
        # RFC 6750 section 2: a client must not send the token twice.
        if kind == "header" and ARGUMENT.search(line):
            worth = 0
        proofs = [proof for proof in PROOF.findall(sent) if proof in self.proofs]
        bound = sum(token == self.bound for token in READ["bound"].findall(sent))
        return worth, min(bound, len(proofs)), proofs

    def check_answer(self, name, sent, now, answer):
        """Compares an answer with the octets that were sent."""
        statuses = [int(status) for status in ANSWER.findall(answer)]
        given = answer.count(b"\r\n\r\n" + guards.CONTENT.encode()) + sum(status in (204, 206) for status in statuses)
        worth, bound, proofs = self.allowed(sent, now)
        with self.lock:
            self.tried[name] += 1
            self.statuses.update(statuses or ["closed"])
            if self.record:
                self.record.write(f"{name} {statuses} {given} {sent!r}\n")
            self.content[name] += given
            if given and bound and not worth:
                self.used.update(proofs)
                if any(self.used[proof] > 1 for proof in proofs):
                    self.faults.append(("a proof for the second time", statuses, sent, answer))
            if given > worth + bound:
                self.faults.append((self.kind(sent), statuses, sent, answer))
            if 500 in statuses or 502 in statuses:
                self.faults.append(("a fault of the server", statuses, sent, answer))

    def kind(self, sent):
        """True if the octets have a good token at a wrong place, perhaps folded or escaped."""
        plain = re.sub(rb"[\s\0]", b"", unquote_to_bytes(sent))
        has_one = any(token in sent or token in plain for token in self.good)
        return "content for a good token at a wrong place" if has_one else "CONTENT WITHOUT A GOOD TOKEN"

    def send(self, sent):
        with socket.create_connection(("127.0.0.1", self.web.port), 20) as raw:
            answer = b""
            with contextlib.suppress(OSError):
                raw.sendall(sent)
                while more := raw.recv(65536):
                    answer += more
            return answer

    def run(self, seed, holds):
        chance, rounds = random.Random(seed), 0
        attacks = [self.honest, self.token, self.token, self.token, self.signature, self.parts, self.foreign, self.expiring, self.fields,
                   self.fields, self.whole, self.whole, self.whole, self.paths, self.paths, self.pipelined, self.variables, self.proof]
        while holds(rounds):
            attack = chance.choice(attacks)
            sent, now = attack(chance), time.time()
            self.check_answer(attack.__name__, sent, now, self.send(sent))
            rounds += 1

    def supply(self):
        """New proofs, and tokens that end soon."""
        end = int(time.time()) + LIFETIME
        with self.lock:
            number = len(self.proofs)
        path = BOUND[number % 2]
        proof = self.client.proof(ORIGIN + path, self.bound.decode()).encode()
        short = self.key.token(exp=end).encode()
        with self.lock:
            self.proofs.append(proof)
            self.good = self.good | {short: end}


def attack(web, key, other, client, seed, holds, reloads=0.0, record=None):
    """Attacks from several threads. Each ends when `holds` returns False for its number of rounds. Returns the attack
    with its counts."""
    time.sleep(1.1)
    found = Attack(web, key, other, client, seed, record)
    for _ in range(6):
        found.supply()
    threads = [threading.Thread(target=found.run, args=(seed * 100 + number, holds)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    last = time.monotonic()
    while any(thread.is_alive() for thread in threads):
        time.sleep(0.5)
        found.supply()
        if reloads and time.monotonic() - last > reloads:
            web.reload()
            last = time.monotonic()
    return found


def expect_no_content(found):
    for what, statuses, sent, answer in found.faults[:5]:
        print(f"{what}: {statuses}\n  {sent!r}\n  {answer[:600]!r}")
    expect(not found.faults, f"{len(found.faults)} faults: {Counter(what for what, *_ in found.faults)}")
    expect(found.content["honest"] > 0 and found.content["proof"] > 0, f"no honest request got content: {found.content}")


def test_attack(web, key, other, client):
    found = attack(web, key, other, client, 1, lambda rounds: rounds < ROUNDS // THREADS)
    expect_no_content(found)
    # One key can use at most a quarter of the cache.
    for path, status in [("/bound/file", 429), ("/auth-bound/file", 403)]:
        for _ in range(40):
            proof = client.proof(ORIGIN + path, found.bound.decode())
            got = web.get(path, f"DPoP {found.bound.decode()}", DPoP=proof)[0]
            if got != 200:
                break
        expect(got == status, f"too many proofs of a key at {path}: {got}")
    print(f"  {found.tried.total()} hostile requests got {found.content.total()} answers with content, each for a good token")
