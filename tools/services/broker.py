"""A mosquitto with the plugin of integrations/mosquitto."""

import os
import subprocess
from pathlib import Path

from services.issuer import AUDIENCE, ISSUER
from services.mqtt import Client
from services.server import Server, expect, free_port

# The words with which a sanitizer begins its report.
REPORTS = ("ERROR: AddressSanitizer", "ERROR: LeakSanitizer", "runtime error:")


def library(name):
    """The path of a library of the compiler."""
    return subprocess.run(
        ["gcc", f"-print-file-name={name}"], check=True, capture_output=True, text=True
    ).stdout.strip()


class Broker(Server):
    # True if the plugin is built with sanitizers. The broker then needs their runtime.
    is_sanitized = False

    def __init__(self, folder, plugin, keys, *options, preload=()):
        """`options` are options of the plugin. With `keys`, the options of an issuer come before them."""
        port = free_port()
        file = folder / "mosquitto.conf"
        if keys:
            options = (
                f"jwks {keys}",
                f"issuer {ISSUER}",
                f"audience {AUDIENCE}",
                "algorithms RS256,ES256",
                *options,
            )
        file.write_text(
            f"listener {port} 127.0.0.1\nallow_anonymous false\nlog_type all\nlog_dest stderr\n"
            f"plugin {Path(plugin).resolve()}\n" + "".join(f"plugin_opt_{option}\n" for option in options)
        )
        environment = os.environ.copy()
        libraries = [
            *(map(library, ("libasan.so", "libubsan.so")) if self.is_sanitized else []),
            *map(str, preload),
        ]
        if libraries:
            # The broker itself frees little at its end, so the test does not look for leaks.
            environment |= {
                "LD_PRELOAD": " ".join(libraries),
                "ASAN_OPTIONS": "detect_leaks=0:max_free_fill_size=65536",
            }
        super().__init__(["mosquitto", "-c", file], folder / "mosquitto.log", port, environment)

    def stop(self):
        died = self.process.poll()
        super().stop()
        found = [line for line in self.text().splitlines() if any(report in line for report in REPORTS)]
        expect(not found, f"a sanitizer has found: {found}")
        ended = self.process.returncode if died is None else 0
        expect(ended == 0 and (died or 0) >= 0, f"the broker has ended with {died or ended}")

    def client(self, program, token, *options, device="device-1"):
        words = [
            program,
            "-h",
            "127.0.0.1",
            "-p",
            self.port,
            "-i",
            device,
            "-u",
            "anyone",
            "-P",
            token,
            *options,
        ]
        return [str(word) for word in words]

    def publish(self, token, topic="sensors/device-1/temperature", text="20", **others):
        command = self.client("mosquitto_pub", token, "-t", topic, "-m", text, "-q", "1", **others)
        return subprocess.run(command, capture_output=True, timeout=30).returncode == 0

    def code(self, client_id, token, version=5, **others):
        """The reason code that the broker sends to a client that connects."""
        with Client(self.port, version) as client:
            return client.connect(client_id, token, **others)

    def rejects_to_start(self):
        """True if the broker ends because its options are wrong."""
        try:
            return self.process.wait(20) != 0
        finally:
            self.stop()
