import json
import subprocess
import tempfile
from pathlib import Path

from driver import ASKED, CLAIMS, done, keys, reverse, thumbprint, token


def jose(*arguments, given=None):
    ran = subprocess.run(["jose", *arguments], input=given, capture_output=True, text=True, check=True)
    return ran.stdout.strip()


with tempfile.TemporaryDirectory() as folder:
    for alg in ("ES256", "ES512", "PS256", "RS256"):
        key = jose("jwk", "gen", "-i", json.dumps({"alg": alg}))
        public = jose("jwk", "pub", "-i", "-", given=key)
        Path(folder, "key").write_text(key)
        token(alg, jose("jws", "sig", "-c", "-I", "-", "-k", f"{folder}/key", given=json.dumps(CLAIMS) + "\n"), public)
        keys(f"{alg} key", public)
        if alg == "ES256":
            thumbprint("thumbprint", jose("jwk", "thp", "-a", "S256", "-i", "-", given=public), public)
reverse("thumbprint of a key", "thumbprint", jose("jwk", "thp", "-a", "S256", "-i", "-", given=json.dumps(ASKED["jwk"])))
reverse("claims in canonical JSON", "canonical JSON", json.loads(jose("fmt", "-j", "-", "-o", "-", given=ASKED["json"])))
done()
