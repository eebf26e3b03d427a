"""Validates tokens with PyJWT and measures the time. The first input line is the task, and each
other line is a request."""

import base64
import json
import sys
import time

import jwt
from cryptography.hazmat.primitives.serialization import load_pem_public_key

task = json.loads(sys.stdin.readline())
algorithms = [task["algorithm"]]
if task["pem"]:
    key = load_pem_public_key(task["pem"].encode())
else:
    key = base64.urlsafe_b64decode(task["secret"] + "==")
tokens = task["tokens"]
issuer = task["issuer"]
audience = task["audience"]
print("ready", flush=True)


def validate(token):
    return jwt.decode(token, key, algorithms=algorithms, issuer=issuer, audience=audience)


def accepts(number):
    try:
        validate(tokens[number])
        return True
    except jwt.InvalidTokenError:
        return False


for line in sys.stdin:
    question, *numbers = line.split()
    numbers = [int(number) for number in numbers]
    if question == "accepts":
        print(accepts(*numbers), flush=True)
    else:
        first, count, rotation = numbers
        begin = time.perf_counter_ns()
        for number in range(first, first + count):
            validate(tokens[number % rotation])
        print(time.perf_counter_ns() - begin, flush=True)
