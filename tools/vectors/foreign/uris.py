#!/usr/bin/env python3
"""Makes tests/vectors/uris.json: URIs and their normal forms by two programs from PyPI, one after the other.

uris.py: needs hyperlink 21.0.0 and rfc3986 2.0.0. hyperlink decodes escapes of unreserved
characters, takes away the default port and makes an empty path a slash; then rfc3986 removes the
dot segments, those that were escaped too. Each does all other steps, and leaves nothing for the
other (RFC 3986 sections 6.2.2, 6.2.3).
"""

import json
from pathlib import Path

import hyperlink
import rfc3986

ROOT = Path(__file__).resolve().parents[3]
URIS = """
https://a.example
https://a.example/
https://a.example:443
https://a.example:443/
https://a.example:8443
https://a.example:8443/
http://a.example
http://a.example/
http://a.example:80/
http://a.example:443/
HTTPS://A.EXAMPLE/
https://a.example?q
https://a.example#f
https://a.example/?q=/../b
https://a.example//
https://a.example/b
https://a.example/B
https://a.example/b/
https://a.example/./b
https://a.example/b/.
https://a.example/b/c/..
https://a.example/c/../b
https://a.example/../b
https://a.example/../../b
https://a.example/c/d/../../b
https://a.example/c/./d/../../b
https://a.example/..
https://a.example/.
https://a.example/b/..
https://a.example/b/c/../..
https://a.example/...
https://a.example/..b
https://a.example/b..
https://a.example/.b
https://a.example/%62
https://a.example/%42
https://a.example/%2e/b
https://a.example/%2E%2e/b
https://a.example/c/%2e%2E/b
https://a.example/c/.%2e/b
https://a.example/b/%2e
https://a.example/b%2f
https://a.example/b%2F
https://a.example/b%2Fc
https://a.example/b/c
https://a.example/b%2f..
https://a.example/c/b%2f../b
https://a.example/%2b
https://a.example/%2B
https://a.example/+
https://a.example/%c3%a4
https://a.example/%C3%A4
https://a.example/%252e%252e/b
https://a.example/%25
https://a.example/~b
https://a.example/%7Eb
https://a.example/%7eb
https://a.example/b%3a
https://a.example/b%3A
https://a.example/b:
https://a.example/b;c=d
https://a.example/b%3Bc%3dd
https://b.example/b
"""


def without_query(uri):
    return uri.split("#")[0].split("?")[0]


def by_hyperlink(uri):
    return hyperlink.URL.from_text(uri).normalize().to_text()


def normal_of(uri):
    normal = rfc3986.normalize_uri(by_hyperlink(uri))
    assert by_hyperlink(normal) == normal, uri
    return normal


cases = [{"uri": uri, "normal": normal_of(without_query(uri))} for uri in URIS.split()]
document = {
    "title": "URIs and their normal forms by hyperlink 21.0.0 and rfc3986 2.0.0",
    "source": "tools/vectors/foreign/uris.py",
    "licence": "CC0-1.0",
    "cases": cases,
}
(ROOT / "tests/vectors/uris.json").write_text(json.dumps(document, indent=1) + "\n")
