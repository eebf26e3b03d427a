"""An Envoy with the module of integrations/envoy, an upstream that shows what reaches it, and a
server of key sets that can misbehave."""

import contextlib
import http.client
import http.server
import json
import os
import re
import socket
import threading
import time
from pathlib import Path

from services.issuer import AUDIENCE, ISSUER
from services.server import Server, expect, free_port, wait_until

BINARY = Path("target/envoy/envoy/_bin/envoy")
TYPES = "type.googleapis.com/envoy.extensions."
MODULE = {"name": "keycard_envoy"}


def trusted(keys, **changes):
    """A configuration of the module with one issuer."""
    issuer = {"issuer": ISSUER, "audiences": [AUDIENCE], "keys": {"file": str(keys)} if isinstance(keys, Path) else keys}
    return {"issuers": [issuer | changes.pop("row", {})]} | changes


def module_filter(settings):
    """The module as a filter of HTTP, with its settings as a Struct."""
    config = {"@type": "type.googleapis.com/google.protobuf.Struct", "value": settings}
    if isinstance(settings, str):
        config = {"@type": "type.googleapis.com/google.protobuf.StringValue", "value": settings}
    return {"name": "keycard", "typed_config": {
        "@type": TYPES + "filters.http.dynamic_modules.v3.DynamicModuleFilter",
        "dynamic_module_config": MODULE, "filter_name": "keycard", "filter_config": config}}


def route(prefix, settings=None, **action):
    """A route, optionally with its own settings. A route without an action leads to the upstream."""
    made = {"match": {"prefix": prefix}} | (action or {"route": {"cluster": "upstream"}})
    if settings is not None:
        made["typed_per_filter_config"] = {"keycard": {
            "@type": TYPES + "filters.http.dynamic_modules.v3.DynamicModuleFilterPerRoute",
            "dynamic_module_config": MODULE, "per_route_config_name": "keycard",
            "filter_config": {"@type": "type.googleapis.com/google.protobuf.Struct", "value": settings}}}
    return made


def direct(prefix, settings=None):
    """A route for which Envoy itself returns the response."""
    return route(prefix, settings, direct_response={"status": 200, "body": {"inline_string": "content"}})


def cluster(name, port):
    address = {"socket_address": {"address": "127.0.0.1", "port_value": port}}
    options = {"@type": TYPES + "upstreams.http.v3.HttpProtocolOptions",
               "explicit_http_config": {"http_protocol_options": {"enable_trailers": True}}}
    return {"name": name, "type": "STATIC", "connect_timeout": "1s", "load_assignment": {
        "cluster_name": name, "endpoints": [{"lb_endpoints": [{"endpoint": {"address": address}}]}]},
        "typed_extension_protocol_options": {"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": options}}


def listener(name, port, filters, routes, tls=None):
    log = {"name": "log", "typed_config": {"@type": TYPES + "access_loggers.stream.v3.StdoutAccessLog", "log_format": {
        "text_format_source": {"inline_string": "access %RESPONSE_CODE% %RESPONSE_CODE_DETAILS% "
                                                "reason=[%DYNAMIC_METADATA(keycard:reason)%] "
                                                "metadata=[%DYNAMIC_METADATA(keycard)%]\n"}}}}
    manager = {
        "@type": TYPES + "filters.network.http_connection_manager.v3.HttpConnectionManager", "stat_prefix": name,
        "codec_type": "AUTO", "http_protocol_options": {"enable_trailers": True}, "max_request_headers_kb": 96, "access_log": [] if tls is False else [log],
        "route_config": {"virtual_hosts": [{"name": "all", "domains": ["*"], "routes": routes}]},
        "http_filters": [*filters, {"name": "router", "typed_config": {"@type": TYPES + "filters.http.router.v3.Router"}}]}
    chain = {"filters": [{"name": "hcm", "typed_config": manager}]}
    if tls:
        chain["transport_socket"] = {"name": "tls", "typed_config": tls}
    return {"@type": "type.googleapis.com/envoy.config.listener.v3.Listener", "name": name,
            "address": {"socket_address": {"address": "127.0.0.1", "port_value": port}}, "filter_chains": [chain]}


class Envoy(Server):
    def __init__(self, folder, module, listeners, clusters=(), workers=2, log_level="info"):
        """The listeners come from a file, which a test may replace while Envoy runs."""
        folder.mkdir(exist_ok=True)
        self.folder, self.admin = folder, free_port()
        self.port = listeners[0]["address"]["socket_address"]["port_value"]
        self.place = folder / "modules"
        self.place.mkdir(exist_ok=True)
        link = self.place / "libkeycard_envoy.so"
        link.unlink(missing_ok=True)
        link.symlink_to(Path(module).resolve())
        self.listen(*listeners)
        settings = {
            "node": {"id": "test", "cluster": "test"},
            "admin": {"address": {"socket_address": {"address": "127.0.0.1", "port_value": self.admin}}},
            "static_resources": {"clusters": list(clusters)},
            "dynamic_resources": {"lds_config": {"path_config_source": {"path": str(folder / "listeners.json")}}}}
        (folder / "envoy.json").write_text(json.dumps(settings))
        environment = os.environ | {"ENVOY_DYNAMIC_MODULES_SEARCH_PATH": str(self.place)}
        super().__init__(
            [BINARY, "-c", folder / "envoy.json", "--use-dynamic-base-id", "--concurrency", workers, "-l", log_level,
             "--file-flush-interval-msec", 100, "--drain-time-s", 1, "--parent-shutdown-time-s", 2],
            folder / "envoy.log", self.port, environment)

    def listen(self, *listeners):
        """Replaces the listeners in one step."""
        fresh = self.folder / "listeners.new"
        fresh.write_text(json.dumps({"resources": listeners}))
        fresh.replace(self.folder / "listeners.json")

    def get(self, path, *authorizations, method="GET", port=None, tls=None, **headers):
        """Status, all headers and the body."""
        if tls is None:
            connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=20)
        else:
            connection = http.client.HTTPSConnection("127.0.0.1", port or self.port, timeout=20, context=tls)
        with contextlib.closing(connection):
            connection.putrequest(method, path)
            for value in authorizations:
                connection.putheader("Authorization", value)
            for name, value in headers.items():
                # A list stands for several headers of the same name.
                for each in value if isinstance(value, list) else [value]:
                    connection.putheader(name.replace("_", "-"), each)
            connection.endheaders()
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode()

    def answers(self, port):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    def counters(self):
        """The counters of the module, by the end of their names."""
        connection = http.client.HTTPConnection("127.0.0.1", self.admin, timeout=20)
        with contextlib.closing(connection):
            connection.request("GET", "/stats?filter=keycard")
            found = re.findall(r"^\S*(keycard_\S+): (\d+)$", connection.getresponse().read().decode(), re.MULTILINE)
        return {name: int(value) for name, value in found}

    def counter(self, name):
        return self.counters().get(name, 0)

    def admin_get(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.admin, timeout=20)
        with contextlib.closing(connection):
            connection.request("GET", path)
            return connection.getresponse().read().decode()

    def resident_megabytes(self):
        with open(f"/proc/{self.process.pid}/statm") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20

    def processor_seconds(self):
        """The processor time that Envoy has used, which other processes do not change."""
        with open(f"/proc/{self.process.pid}/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        died = self.process.poll()
        super().stop()
        expect(died is None and self.process.returncode == 0, f"Envoy has ended with {died or self.process.returncode}\n"
                                                              f"{self.text()[-2000:]}")


class Answering(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.owner.answer(self)

    do_POST = do_OPTIONS = do_GET

    def send(self, status, body, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def trailers_of(request):
    """Reads the body of a request in chunks. Returns the names of the trailers."""
    if request.headers["Transfer-Encoding"] != "chunked":
        return []
    while size := int(request.rfile.readline(), 16):
        request.rfile.read(size + 2)
    lines = iter(request.rfile.readline, b"\r\n")
    return [line.partition(b":")[0].decode().lower() for line in lines]


class Upstream:
    """A server of the test, in a thread. It answers with the request that it got."""

    def __init__(self, port=0):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Answering)
        self.server.owner, self.server.daemon_threads = self, True
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def answer(self, request):
        shown = {"path": request.path, "headers": [[name.lower(), value] for name, value in request.headers.items()],
                 "trailers": trailers_of(request)}
        request.send(200, json.dumps(shown).encode())

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class KeyServer(Upstream):
    """A server of a key set. `says` is the body, a number of seconds to wait, or a status."""

    def __init__(self, says, port=0):
        super().__init__(port)
        self.says, self.pause, self.status, self.times, self.hosts = says, 0, 200, [], []

    def answer(self, request):
        self.times.append(time.monotonic())
        self.hosts.append((request.headers["Host"], request.path))
        time.sleep(self.pause)
        with contextlib.suppress(OSError):
            request.close_connection = True
            request.send(self.status, self.says, Location="/elsewhere", Connection="close")


def key_set(*keys):
    return json.dumps({"keys": [key.jwk() for key in keys]}).encode()


def wait_for_status(envoy, status, *words, seconds=20, **headers):
    wait_until(lambda: envoy.get(*words, **headers)[0] == status, f"{words[0]} is answered with {status}", seconds)
