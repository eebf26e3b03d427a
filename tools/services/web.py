"""An nginx with the module of ffi-tests/services/nginx, and load for it and its like."""

import http.client
import re
import subprocess
from pathlib import Path

from services.issuer import AUDIENCE, ISSUER
from services.server import Server, free_port

SCOPE = "telemetry:write"
ORIGIN = "https://api.example"


def load(port, path, token=None, seconds=2, connections=32):
    """Requests in a second, and whether each was answered with 200."""
    words = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", f"http://127.0.0.1:{port}{path}"]
    words += ["-H", f"Authorization: Bearer {token}"] if token else []
    said = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said).group(1))
    return rate, "Non-2xx" not in said and "Socket errors" not in said


class Web(Server):
    def __init__(self, folder, module, keys):
        port, self.settings = free_port(), folder / "nginx.conf"
        (folder / "hello").write_text("hello\n")
        temporary = "".join(
            f"{kind}_temp_path {folder}/temporary;" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        self.settings.write_text(f"""
            load_module {Path(module).resolve()};
            daemon off; worker_processes 2; pid {folder}/nginx.pid; error_log stderr warn;
            events {{}}
            http {{
                access_log off; {temporary} keepalive_requests 1000000;
                keycard_dpop_uses 1000;
                keycard_keys {keys}; keycard_issuer {ISSUER}; keycard_audience {AUDIENCE};
                server {{
                    listen 127.0.0.1:{port}; root {folder};
                    location /open/ {{ alias {folder}/; }}
                    location /guarded/ {{
                        alias {folder}/; keycard on; keycard_realm devices;
                        add_header X-Subject $keycard_claim_sub; add_header X-Client $keycard_claim_cid;
                        add_header X-Scopes $keycard_claim_scope; add_header X-Level $keycard_claim_level;
                        add_header X-Admin $keycard_claim_admin; add_header X-Other "[$keycard_claim_other]";
                    }}
                    location /bound/ {{
                        alias {folder}/; index hello; keycard on; keycard_dpop {ORIGIN};
                        add_header X-Subject $keycard_claim_sub;
                    }}
                    location /writers/ {{ alias {folder}/; keycard on; keycard_scope {SCOPE} other; }}
                    location /proxied/ {{
                        keycard on; proxy_set_header X-Subject $keycard_claim_sub;
                        proxy_pass http://127.0.0.1:{port}/echo;
                    }}
                    location /echo {{ return 200 "subject $http_x_subject"; }}
                }}
            }}""")
        super().__init__(["nginx", "-p", folder, "-c", self.settings], folder / "nginx.log", port)

    def get(self, path, *authorizations, **headers):
        """Status, WWW-Authenticate, all headers and the body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.putrequest("GET", path)
        for value in authorizations:
            connection.putheader("Authorization", value)
        for name, value in headers.items():
            # A list is as many headers.
            for each in value if isinstance(value, list) else [value]:
                connection.putheader(name.replace("_", "-"), each)
        connection.endheaders()
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer.status, answer.getheader("WWW-Authenticate"), answer.headers, body
