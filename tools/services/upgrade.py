"""A used DPoP proof stays used, and requests are answered, while nginx reads another configuration or is replaced by
another binary."""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

from services.server import expect, wait_until
from services.web import ORIGIN

BOUND = """
    location /bound/ { alias {folder}/; keycard on; keycard_dpop https://api.example; keycard_dpop_window %ds; }
    location /short/ { alias {folder}/; keycard on; keycard_dpop https://api.example; keycard_dpop_window 5s; }
"""
PATH = f"{ORIGIN}/bound/hello"


def locations(window=60):
    return BOUND % window


class Asker:
    def __init__(self, web, key, client):
        self.web, self.client, self.token = web, client, key.token(cnf=client.confirmation())

    def proof(self):
        return self.client.proof(PATH, self.token)

    def ask(self, proof):
        return self.web.get("/bound/hello", f"DPoP {self.token}", DPoP=proof)[0]

    def ask_anew(self):
        """Uses a proof that was made in a later second than the start of the cache."""
        time.sleep(1.1)
        return self.ask(self.proof())


def test_reload(web, asker):
    expect(asker.ask_anew() == 200, "a proof is not accepted")
    used, kept = asker.proof(), asker.proof()
    expect(asker.ask(used) == 200, "another proof is not accepted")
    web.reload_with(locations(60))
    expect((asker.ask(used), asker.ask(asker.proof())) == (401, 200), "a reload that changes nothing")
    web.reload_with(locations(600))
    expect((asker.ask(used), asker.ask(kept)) == (401, 401), "a reload with a longer window takes a proof from before it")
    expect(asker.ask_anew() == 200, "a reload with a longer window takes no new proof")
    start = web.size()
    web.configure(locations(600), uses=2000)
    web.reload()
    web.expect_in_log("can change only with a restart", start)
    expect((asker.ask(used), asker.ask(asker.proof())) == (401, 200), "a reload with another number of uses")
    short = asker.client.proof(f"{ORIGIN}/short/hello", asker.token, iat=int(time.time()) - 7)
    expect(web.get("/short/hello", f"DPoP {asker.token}", DPoP=short)[0] == 401, "a window is not that of its guard")
    web.configure(locations(600))
    print("  a used proof stays used when nginx reads another window or number of uses")


def test_upgrade(web, key, asker):
    """Replaces the binary under load, with the signals USR2, WINCH and QUIT (nginx.org/en/docs/control.html)."""
    used = asker.proof()
    expect(asker.ask(used) == 200, "a proof is not accepted before the upgrade")
    command = ["wrk", "-t1", "-c8", "-d4s", "-H", f"Authorization: Bearer {key.token()}",
               f"http://127.0.0.1:{web.port}/guarded/hello"]
    load = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    old = web.master()
    os.kill(old, signal.SIGUSR2)
    wait_until(lambda: (web.folder / "nginx.pid.oldbin").exists() and (web.folder / "nginx.pid").exists()
               and web.workers(), "the new binary starts")
    for _ in range(20):
        expect(asker.ask(used) != 200, "a used proof is good again while two binaries run")
    os.kill(old, signal.SIGWINCH)
    wait_until(lambda: web.workers(old) <= {web.master()}, "the old workers end")
    between = asker.proof()
    expect((asker.ask(between), asker.ask(used)) == (503, 503), "the new binary takes proofs before the old one has ended")
    os.kill(old, signal.SIGQUIT)
    wait_until(lambda: not Path(f"/proc/{old}").exists(), "the old binary ends")
    expect((asker.ask(between), asker.ask(used)) == (401, 401), "the new binary takes proofs from before")
    expect(asker.ask_anew() == 200, "the new binary takes no new proofs")
    said = load.communicate()[0]
    expect("Non-2xx" not in said, f"requests were rejected during the upgrade:\n{said}")
    answered = re.search(r"(\d+) requests in", said).group(1)
    print(f"  {answered} requests answered during a binary upgrade, and no used proof is good again")
