import base64
import json
import subprocess

from driver import CLAIMS, done, keys, token

OPTIONS = {"ES256": "EC256", "PS256": "RSA2048", "EdDSA": "Ed25519"}


def rnbyc(*arguments):
    ran = subprocess.run(["rnbyc", *arguments], capture_output=True, text=True, check=True)
    return ran.stdout.strip()


def generate(kind):
    """The private and the public key, with coordinates of the full width."""
    while True:
        private, public = (json.loads(line) for line in rnbyc("-j", "-g", kind, "-x", "-n", "0").splitlines() if line.startswith("{"))
        key = public["keys"][0]
        if key["kty"] != "EC" or len(key["x"]) == len(key["y"]) == 43:
            return private, public


for alg, kind in OPTIONS.items():
    private, public = generate(kind)
    signed = rnbyc("-s", json.dumps(CLAIMS), "-K", json.dumps(private), "-a", alg)
    token(alg, signed.splitlines()[-1], public)
    keys(f"{alg} key", public)
while True:
    # The width is that of the number, so it has 65 octets if the number is below 2^520.
    public = json.loads([line for line in rnbyc("-j", "-g", "EC521", "-x", "-n", "0").splitlines() if line.startswith("{")][1])
    widths = [len(base64.urlsafe_b64decode(public["keys"][0][name] + "==")) for name in "xy"]
    if widths == [65, 66]:
        break
keys("ES512 key, x below 2^520", public)
done()
