"""The decision of a guard, for ASGI and WSGI: RFC 6750 for bearer tokens, RFC 9449 for tokens that are bound to a key.
Only `Guard.decide` accepts a request."""

import functools
import re
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple, Union
from urllib.parse import unquote_plus

from . import _generated as errors
from ._bound import validate_bound_once
from ._errors import Error
from ._native import Issuers, ProofKeyCache, ReplayCache, Token, Validator
from ._types import Now

BEARER, DPOP = "Bearer", "DPoP"

#: The key of the accepted token in the scope of ASGI and in the environment of WSGI.
TOKEN = "keycard.token"


class RequestError(Exception):
    """A request that has no token or proof to validate."""


class NoToken(RequestError):
    """The request has no token."""


class TwoTokens(RequestError):
    """The request has more than one token: several headers, or a header and a token in the URL or a cookie."""


class Malformed(RequestError):
    """The Authorization header does not consist of a scheme, a space and a token."""


class NoProof(RequestError):
    """A request by the scheme DPoP has no DPoP proof."""


class TwoProofs(RequestError):
    """The request has more than one DPoP proof."""


class NoPath(RequestError):
    """No proof can name the target of the request: the target is an asterisk or an authority (RFC 9110 section 7.1)."""


@dataclass(frozen=True)
class DPoP:
    """The rules for tokens that are bound to a key of the client, which proves with each request that it holds the key.
    A bound token is always rejected as a bearer token, and a token that is not bound is rejected with this scheme."""

    #: Scheme, host and port as clients know this server, such as https://api.example. The Host
    #: header is not used: a malicious server could otherwise forward requests that clients sent to
    #: it.
    origin: str
    #: The accepted algorithms of proofs, all asymmetric.
    algorithms: Sequence[Any]
    #: Accepts each proof once. All guards of a service share one cache.
    replay: ReplayCache
    #: The maximum age of a proof, and the maximum clock difference, in seconds: at most the limits
    #: of `replay`.
    window: int = 60
    leeway: int = 5
    #: Keeps the keys of clients prepared. If None, the guards of the process share a cache of 256
    #: keys, about 600 KB.
    keys: Optional[ProofKeyCache] = None
    #: Returns the accepted nonces, the newest first. None if no nonce is required.
    nonces: Optional[Callable[[], Sequence[str]]] = None
    #: Reject bearer tokens.
    required: bool = False
    #: Returns the path as the client sent it, from the scope of ASGI or the environment of WSGI.
    #: For a service behind a proxy that changes paths.
    path: Optional[Callable[[Any], str]] = None

    def read(self, request: "Request") -> Tuple[str, Dict[str, Any]]:
        """The proof of a request, and the rules for it."""
        if not request.proofs:
            raise NoProof("the request has no DPoP proof")
        if len(request.proofs) > 1 or "," in request.proofs[0]:
            raise TwoProofs("the request has more than one DPoP proof")
        path = self.path(request.source) if self.path else request.path
        if not path.startswith("/"):
            raise NoPath("a DPoP proof cannot name the target of the request")
        return request.proofs[0], self.rules(request.method, path)

    def rules(self, method: str, path: str) -> Dict[str, Any]:
        """The rules for a proof of this method and path."""
        # The path would be part of the query, which no proof needs to match.
        if not re.fullmatch(r"https?://[^/?#]+", self.origin):
            raise ValueError("the origin of DPoP must be scheme, host and port, without a path")
        nonces = None if self.nonces is None else list(self.nonces())
        return {
            "method": method, "uri": self.origin + path, "algorithms": self.algorithms, "window": self.window,
            "leeway": self.leeway, "nonces": nonces, "nonce_not_provided": nonces is None,
        }  # fmt: skip

    @property
    def prepared(self) -> ProofKeyCache:
        """The cache of prepared keys."""
        return self.keys or _shared_keys()

    def headers(self) -> List[Tuple[str, str]]:
        """The nonce for the next proof. A stored response would repeat it (RFC 9449 section 8.2)."""
        nonces = self.nonces() if self.nonces else ()
        return [("DPoP-Nonce", nonces[0]), ("Cache-Control", "no-store")] if nonces else []


@functools.lru_cache(maxsize=1)
def _shared_keys() -> ProofKeyCache:
    """The cache of the guards that have none of their own."""
    return ProofKeyCache(256)


@dataclass(frozen=True)
class Request:
    """The parts of a request that a guard reads."""

    method: str
    path: str
    query: str
    authorization: List[str]
    cookies: List[str]
    proofs: List[str]
    #: The scope of ASGI or the environment of WSGI.
    source: Any


@dataclass
class Verdict:
    """The decision: a token, or an error."""

    token: Optional[Token] = None
    error: Optional[Exception] = None
    #: The scheme of the request, if it is an accepted one.
    scheme: str = ""
    jwt: str = ""
    scopes: List[str] = field(default_factory=list)


@dataclass(frozen=True)
class Answer:
    """The response to a rejected request."""

    status: int
    headers: List[Tuple[str, str]]
    text: str


class Guard:
    """Passes requests with an accepted token to the application, and answers all others with a challenge.

    The token is read from the header Authorization, or from the cookie if `cookie` names one. A browser sends cookies
    with requests from other sites too: set SameSite, and check the origin of requests that change data.

    `fetch_keys` is called with a validator that lacks the key of a token, or whose key has expired. If it returns True,
    the validator has new keys, and the token is validated again. `on_rejection` is called with each error and the scope
    or environment; the response has less detail. `clock` replaces the system clock.
    """

    def __init__(
        self,
        app: Any,
        validator: Union[Validator, Issuers],
        *,
        realm: str = "",
        cookie: Optional[str] = None,
        dpop: Optional[DPoP] = None,
        fetch_keys: Optional[Callable[[Validator], bool]] = None,
        on_rejection: Optional[Callable[[Exception, Any], None]] = None,
        clock: Optional[Callable[[], Now]] = None,
    ) -> None:
        if not isinstance(validator, (Validator, Issuers)):
            raise TypeError("a guard needs a keycard.Validator or keycard.Issuers")
        if cookie == "":
            raise ValueError("the name of the cookie is empty")
        self.app, self.validator, self.realm, self.cookie = app, validator, realm, cookie
        self.dpop, self.fetch_keys, self.on_rejection, self.clock = dpop, fetch_keys, on_rejection, clock
        if dpop is not None:
            try:
                # Finds errors of the rules before the first request. An empty proof is rejected.
                dpop.prepared.validate_proof("", 0, access_token="a.b.c", **dpop.rules("GET", "/"))
            except errors.AtProof:
                pass

    @property
    def schemes(self) -> List[str]:
        if self.dpop is None:
            return [BEARER]
        return [DPOP] if self.dpop.required else [BEARER, DPOP]

    def decide(self, request: Request) -> Verdict:
        """Accepts or rejects a request."""
        verdict = Verdict(scopes=self.validator.scopes)
        try:
            verdict.token = self._accept(request, verdict)
        except (Error, RequestError, ValueError) as error:
            verdict.error = error
        return verdict

    def _accept(self, request: Request, verdict: Verdict) -> Token:
        now = self.clock() if self.clock else None
        self._find_token(request, verdict)
        dpop = self.dpop if verdict.scheme == DPOP else None
        proof, rules = dpop.read(request) if dpop else ("", {})
        try:
            if not dpop:
                return self.validator.validate(verdict.jwt, now)
            bound = validate_bound_once(
                self.validator, verdict.jwt, proof, now, replay=dpop.replay, keys=dpop.prepared, **rules
            )  # fmt: skip
            return bound.token
        except errors.ScopeMissing:
            # If the token has also expired, report that: a new token may have the scope (RFC 6750
            # section 3.1).
            key = dpop.prepared.validate_proof(proof, now, access_token=verdict.jwt, **rules).key if dpop else None
            self.validator.without_scopes().validate(verdict.jwt, now, dpop_key=key)
            verdict.scopes = self.validator.of(verdict.jwt).scopes
            raise

    def _find_token(self, request: Request, verdict: Verdict) -> None:
        """Reads the token and its scheme from the request."""
        cookies = self._cookies(request)
        if len(request.authorization) + len(cookies) > 1:
            raise TwoTokens("the request has more than one token")
        if request.authorization:
            named, _, jwt = request.authorization[0].partition(" ")
            verdict.scheme = next((it for it in self.schemes if it.lower() == named.lower()), "")
            if not verdict.scheme:
                raise NoToken("the request has no token")
            verdict.jwt = jwt.strip(" ")
            if not verdict.jwt or any(character in verdict.jwt for character in " \t,"):
                raise Malformed("the Authorization header is malformed")
        elif cookies and cookies[0]:
            verdict.scheme, verdict.jwt = BEARER, cookies[0]
        else:
            raise NoToken("the request has no token")
        # RFC 6750 section 2: a client must not send a token in more than one way.
        names = (part.partition("=")[0] for part in re.split("[&;]", request.query))
        if any(unquote_plus(name) == "access_token" for name in names):
            raise TwoTokens("the request has more than one token")

    def _cookies(self, request: Request) -> List[str]:
        """The values of all cookies with the name that the guard has."""
        if self.cookie is None or (self.dpop is not None and self.dpop.required):
            return []
        pairs = (part.strip(" \t").partition("=") for header in request.cookies for part in header.split(";"))
        return [value.strip('"') for name, _, value in pairs if name == self.cookie]

    def is_outdated(self, verdict: Verdict) -> bool:
        """True if other keys may change the verdict."""
        outdated = isinstance(verdict.error, (errors.KeyNotFound, errors.KeyExpired))
        return outdated and self.fetch_keys is not None

    def fetch(self, verdict: Verdict) -> bool:
        """Fetches the keys of the issuer that the token names. The token is not verified yet."""
        return self.fetch_keys is not None and self.fetch_keys(self.validator.of(verdict.jwt))

    def answer(self, verdict: Verdict, source: Any) -> Answer:
        """The response to a rejected request: a challenge for each accepted scheme. The challenge of the scheme that
        the request used names the error."""
        error = verdict.error or RuntimeError("a request was neither accepted nor rejected")
        if self.on_rejection is not None:
            self.on_rejection(error, source)
        status, code, description = _told(error)
        headers = [("Content-Type", "text/plain; charset=utf-8"), *self.response_headers()]
        if not code and status != 401:
            return Answer(status, headers, description)
        for scheme in self.schemes:
            parameters = [("realm", self.realm)]
            if isinstance(error, (NoToken, errors.ScopeMissing)):
                parameters.append(("scope", " ".join(verdict.scopes)))
            if scheme == verdict.scheme or not verdict.scheme:
                parameters += [("error", code), ("error_description", description if code else "")]
            if scheme == DPOP and self.dpop is not None:
                algorithms = self.dpop.algorithms
                parameters.append(("algs", algorithms if isinstance(algorithms, str) else " ".join(algorithms)))
            quoted = ((name, _quotable(value)) for name, value in parameters)
            said = ", ".join(f'{name}="{value}"' for name, value in quoted if value)
            headers.append(("WWW-Authenticate", f"{scheme} {said}".rstrip()))
        return Answer(status, headers, {400: "bad request", 401: "unauthorized", 403: "forbidden"}[status])

    def response_headers(self) -> List[Tuple[str, str]]:
        """Headers for each response."""
        return self.dpop.headers() if self.dpop else []


def _told(error: Exception) -> Tuple[int, str, str]:
    """The status, error code and description for an error (RFC 6750 section 3.1, RFC 9449 section 7.1). A response has
    no challenge if it has no error code and its status is not 401: then the token is not at fault."""
    if isinstance(error, errors.AtProof) and error.claim == "nonce":
        return 401, "use_dpop_nonce", "the DPoP proof needs another nonce"
    unknown = (500, "", "tokens cannot be validated")
    return next((answer for kinds, answer in _ANSWERS if isinstance(error, kinds)), unknown)


#: The first row whose kinds fit decides.
_ANSWERS: List[Tuple[Tuple[type, ...], Tuple[int, str, str]]] = [
    # A request without a token gets no error code.
    ((NoToken,), (401, "", "")),
    ((TwoTokens,), (400, "invalid_request", "more than one token")),
    ((Malformed,), (400, "invalid_request", "the Authorization header is malformed")),
    ((NoPath,), (400, "invalid_request", "a DPoP proof cannot name the target of the request")),
    ((NoProof,), (401, "invalid_dpop_proof", "there is no DPoP proof")),
    ((TwoProofs,), (401, "invalid_dpop_proof", "more than one DPoP proof")),
    ((errors.TimeUnavailable, errors.TimeKind, errors.ReplayTimeBehind), (503, "", "the time is not known")),
    ((errors.ReplayKeyFull,), (429, "", "too many requests at a time by this key")),
    ((errors.ReplayFull,), (503, "", "too many requests at a time")),
    ((errors.AtUsage,), (500, "", "tokens cannot be validated")),
    ((errors.AtProof, errors.AtReplay), (401, "invalid_dpop_proof", "the DPoP proof is not accepted")),
    ((errors.Expired,), (401, "invalid_token", "the token has expired")),
    ((errors.ScopeMissing,), (403, "insufficient_scope", "the token lacks a scope")),
    ((Error,), (401, "invalid_token", "the token is not accepted")),
]


def _quotable(value: str) -> str:
    """The characters that are allowed in a quoted parameter of a challenge (RFC 6750 section 3)."""
    return "".join(it for it in value if " " <= it <= "~" and it not in '"\\')
