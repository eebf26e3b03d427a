"""The script that fetches key sets for nginx: it keeps the last good one."""

import contextlib
import http.server
import os
import signal
import ssl
import subprocess
import threading
from pathlib import Path

from services.issuer import openssl, write_keys
from services.server import expect, wait_until

SCRIPT = Path(__file__).resolve().parents[2] / "integrations/nginx/refresh-keys"


class Endless(http.server.BaseHTTPRequestHandler):
    """Sends 64 MB of spaces, without their number."""

    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        with contextlib.suppress(OSError):
            for _ in range(64):
                self.wfile.write(b" " * 2**20)
                self.server.megabytes += 1

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def serve_endless(folder):
    """A server with a certificate of its own."""
    certificate, key = folder / "endless.crt", folder / "endless.key"
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=endless",
            "-addext", "subjectAltName=IP:127.0.0.1", "-out", certificate, "-keyout", key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endless) as server:
        server.megabytes, server.certificate = 0, certificate
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()


def test_refresh(folder, nginx, first, second):
    served, file, reloads = folder / "served.json", folder / "fetched keys.json", folder / "reloads"
    reload = folder / "reload"
    reload.write_text(f"#!/bin/sh\necho >>{reloads}\n")
    reload.chmod(0o755)
    module = nginx.load_module().removeprefix("load_module").strip(" ;")
    environment = os.environ | {"NGINX_BINARY": str(nginx.binary), "MODULE": module, "RELOAD": str(reload)}

    def refresh(url=f"file://{served}", **changes):
        return subprocess.run([SCRIPT, url, file.name], cwd=folder, env=environment | changes, capture_output=True, text=True)

    def count():
        return len(reloads.read_text().splitlines()) if reloads.exists() else 0

    def expect_kept(name, done):
        expect(done.returncode != 0, f"{name} is no error")
        expect(file.read_bytes() == good and count() == 2, f"{name} replaces the last good keys")

    write_keys(served, first)
    expect(refresh(RELOAD="false").returncode != 0, "a reload that fails is no error")
    done = refresh()
    expect(done.returncode == 0 and count() == 1, f"the first fetch: {done.stderr}")
    expect("emerg" not in done.stderr, f"nginx complains: {done.stderr}")
    write_keys(served, first, second)
    done = refresh()
    good = served.read_bytes()
    expect(done.returncode == 0 and (file.read_bytes(), count()) == (good, 2), f"a new key set: {done.stderr}")
    expect(refresh().returncode == 0 and count() == 2, "an unchanged key set is read again")
    for name, content in [
        ("an empty file", b""),
        ("a page in HTML", b"<html>503 Service Unavailable</html>"),
        ("a set without keys", b'{"keys":[]}'),
        ("half a set", good[: len(good) // 2]),
        ("a set of more than 1 MB", b" " * 2_000_000),
    ]:
        served.write_bytes(content)
        expect_kept(name, refresh())
    served.unlink()
    expect_kept("an absent set", refresh())
    write_keys(served, first)
    expect_kept("plain HTTP", refresh("http://127.0.0.1:1/jwks.json"))
    with serve_endless(folder) as server:
        expect_kept("an answer without end", refresh(f"https://127.0.0.1:{server.server_port}/", CURL_CA_BUNDLE=str(server.certificate)))
        expect(server.megabytes < 16, f"the script fetches {server.megabytes} MB")
    # A timer may stop it at any time.
    stopped = folder / "stopped.json"
    with subprocess.Popen([SCRIPT, f"file://{served}", stopped], env=environment | {"RELOAD": "sleep 60"}, start_new_session=True) as process:
        wait_until(lambda: stopped.with_name("stopped.json.pending").exists(), "the script reloads nginx")
        os.killpg(process.pid, signal.SIGTERM)
    expect(process.returncode != 0, "a script that is stopped is no error")
    left = sorted(path.name for path in folder.glob("stopped.json?*"))
    expect(left == ["stopped.json.pending"], f"a script that is stopped leaves {left}")
    left = [path.name for path in folder.glob("fetched keys.json?*")]
    expect(not left, f"the script leaves {left}")
    print("  keys are fetched from a timer, and the last good ones are kept")
