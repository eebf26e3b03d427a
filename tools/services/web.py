"""An nginx with the module of integrations/nginx, and a load generator for it and other servers."""

import http.client
import os
import re
import signal
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from services.issuer import AUDIENCE, ISSUER
from services.server import Failed, Server, free_port, wait_until

SCOPE = "telemetry:write"
ORIGIN = "https://api.example"
# The sanitizers write their reports to standard error, which is the log. nginx frees little at its
# end, so leaks are not reported.
SANITIZERS = {"ASAN_OPTIONS": "detect_leaks=0:abort_on_error=1", "UBSAN_OPTIONS": "print_stacktrace=1:abort_on_error=1"}
os.environ.update(SANITIZERS)


@dataclass
class Nginx:
    """A binary, and the module to load if it is not part of the binary."""

    binary: str
    module: str | None = None

    def load_module(self):
        return f"load_module {Path(self.module).resolve()};" if self.module else ""


def load(port, path, token=None, seconds=2, connections=32):
    """The number of requests in a second, and whether each was answered with 200."""
    words = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", f"http://127.0.0.1:{port}{path}"]
    words += ["-H", f"Authorization: Bearer {token}"] if token else []
    said = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said).group(1))
    return rate, "Non-2xx" not in said and "Socket errors" not in said


class Web(Server):
    """The locations of the test, in addition to /open/, /guarded/ and /echo."""

    def __init__(self, folder, nginx, keys, locations="", http="", uses=1000, daemon=False):
        self.folder, self.nginx, self.daemon = folder, nginx, daemon
        self.port, self.second_port, self.third_port = free_port(), free_port(), free_port()
        self.settings, self.keys = folder / "nginx.conf", keys
        (folder / "open").mkdir()
        for name in "hello", "open/hello":
            (folder / name).write_text("hello\n")
        self.configure(locations, http, uses)
        super().__init__([nginx.binary, "-p", folder, "-c", self.settings], folder / "nginx.log", self.port)

    def configure(self, locations="", http="", uses=1000):
        """Writes the configuration; {folder} and {port} in the texts are filled in."""
        folder, port = self.folder, self.port
        temporary = "".join(
            f"{kind}_temp_path {folder}/temporary;" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        fill = {"{folder}": str(folder), "{port}": str(port), "{second_port}": str(self.second_port),
                "{third_port}": str(self.third_port)}
        for name, value in fill.items():
            locations, http = locations.replace(name, value), http.replace(name, value)
        self.settings.write_text(f"""
            {self.nginx.load_module()} {"".join(f"env {name};" for name in SANITIZERS)}
            daemon {"on" if self.daemon else "off"}; worker_processes 2; pid {folder}/nginx.pid; error_log stderr warn;
            events {{}}
            http {{
                access_log off; {temporary} keepalive_requests 1000000;
                keycard_dpop_uses {uses};
                {http or f"keycard_keys {self.keys}; keycard_issuer {ISSUER}; keycard_audience {AUDIENCE};"}
                server {{
                    listen 127.0.0.1:{port}; root {folder}/absent;
                    location /open/ {{ alias {folder}/open/; }}
                    location /guarded/ {{
                        alias {folder}/; keycard on; keycard_realm devices;
                        add_header X-Subject $keycard_claim_sub; add_header X-Client $keycard_claim_cid;
                        add_header X-Scopes $keycard_claim_scope; add_header X-Level $keycard_claim_level;
                        add_header X-Admin $keycard_claim_admin; add_header X-Other "[$keycard_claim_other]";
                        add_header X-Groups "[$keycard_claim_groups]";
                    }}
                    location /echo {{ return 200 "subject $http_x_subject"; }}
                    {locations}
                }}
            }}""")

    def is_ready(self):
        # A daemon has left the process that was started.
        if not self.daemon:
            return super().is_ready()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def reload(self):
        os.kill(self.master(), signal.SIGHUP)

    def reload_with(self, *words, **named):
        """Reloads another configuration, and waits until the workers of the old one have ended."""
        old = self.workers()
        self.configure(*words, **named)
        self.reload()
        wait_until(lambda: not old & self.workers(), "the old workers end")

    def master(self):
        # nginx creates the file before it writes to it, so wait for content.
        pid = self.folder / "nginx.pid"
        wait_until(lambda: pid.exists() and pid.read_text().strip(), "nginx writes its number")
        return int(pid.read_text())

    def workers(self, master=None):
        """The worker processes that were not told to exit."""
        said = subprocess.run(["pgrep", "-P", str(master or self.master())], capture_output=True, text=True).stdout
        return set(map(int, said.split()))

    def stop(self):
        super().stop()
        # A daemon is a different process than the one that was started.
        pid = self.folder / "nginx.pid"
        if pid.exists():
            os.kill(self.master(), signal.SIGTERM)
            wait_until(lambda: not pid.exists(), "the new master ends")

    def expect_no_fault(self):
        """Fails if a worker died, or a sanitizer has found something."""
        for words in ("exited on signal", "Sanitizer", "runtime error"):
            if words in self.text():
                raise Failed(f"{words!r} in the log:\n{self.text()[self.text().index(words) - 200:][:6000]}")

    def get(self, path, *authorizations, method="GET", body=None, **headers):
        """Status, WWW-Authenticate, all headers and the body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.putrequest(method, path)
        for value in authorizations:
            connection.putheader("Authorization", value)
        for name, value in headers.items():
            # A list stands for several headers of the same name.
            for each in value if isinstance(value, list) else [value]:
                connection.putheader(name.replace("_", "-"), each)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, answer.getheader("WWW-Authenticate"), answer.headers, text
