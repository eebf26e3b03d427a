"""A server that a test starts and stops, and whose log it reads."""

import os
import signal
import socket
import subprocess
import time


class Failed(Exception):
    """A check of a test failed. The text says which."""


def expect(holds, what):
    if not holds:
        raise Failed(what)


def free_port():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return bound.getsockname()[1]


def wait_until(holds, what, seconds=20):
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise Failed(f"waited {seconds} s in vain: {what}")
        time.sleep(0.05)


class Server:
    """Runs a command with its output in a file, and waits until its port answers."""

    def __init__(self, command, log, port, environment=None):
        self.log, self.port = log, port
        with open(log, "ab") as output:
            words = [str(word) for word in command]
            self.process = subprocess.Popen(words, stdout=output, stderr=output, env=environment)

    def __enter__(self):
        try:
            wait_until(self.is_ready, f"{self.process.args[0]} on port {self.port}\n{self.text()}")
        except Failed as failed:
            self.stop()
            raise Failed(f"{failed}\n{self.text()}") from None
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)

    def is_ready(self):
        expect(self.process.poll() is None, f"{self.process.args[0]} has ended")
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def reload(self):
        os.kill(self.process.pid, signal.SIGHUP)

    def text(self, start=0):
        with open(self.log, "rb") as log:
            log.seek(start)
            return log.read().decode(errors="replace")

    def size(self):
        return os.path.getsize(self.log)

    def expect_in_log(self, words, start=0):
        wait_until(lambda: words in self.text(start), f"{words!r} in the log:\n{self.text(start)}")
