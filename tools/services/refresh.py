"""The script that fetches key sets for nginx: it keeps the last good one."""

import os
import subprocess
from pathlib import Path

from services.issuer import write_keys
from services.server import expect

SCRIPT = Path(__file__).resolve().parents[2] / "integrations/nginx/refresh-keys"


def test_refresh(folder, nginx, first, second):
    served, file, reloads = folder / "served.json", folder / "fetched.json", folder / "reloads"
    reload = folder / "reload"
    reload.write_text(f"#!/bin/sh\necho >>{reloads}\n")
    reload.chmod(0o755)
    module = nginx.load_module().removeprefix("load_module").strip(" ;")
    environment = os.environ | {"NGINX": str(nginx.binary), "MODULE": module, "RELOAD": str(reload)}

    def refresh(url=f"file://{served}"):
        return subprocess.run([SCRIPT, url, file], env=environment, capture_output=True, text=True)

    def count():
        return len(reloads.read_text().splitlines()) if reloads.exists() else 0

    def expect_kept(name, done):
        expect(done.returncode != 0, f"{name} is no error")
        expect(file.read_bytes() == good and count() == 2, f"{name} replaces the last good keys")

    write_keys(served, first)
    done = refresh()
    expect(done.returncode == 0 and count() == 1, f"the first fetch: {done.stderr}")
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
    expect_kept("plain HTTP", refresh("http://127.0.0.1:1/jwks.json"))
    left = [path.name for path in folder.glob("fetched.json?*")]
    expect(not left, f"the script leaves {left}")
    print("  keys are fetched from a timer, and the last good ones are kept")
