"""The types of the extension module."""

from typing import Any, Dict, List, Literal, Mapping, Optional, Sequence, Tuple, TypedDict, Union, final

from typing_extensions import Unpack

from ._errors import Error
from ._generated import AlgorithmName, CheckName
from ._types import Now, Text, Texts

__version__: str

class _PolicyOptions(TypedDict, total=False):
    algorithms: Optional[Union[AlgorithmName, Sequence[AlgorithmName]]]
    issuer: Optional[str]
    issuer_template: Optional[str]
    without_issuer: Optional[bool]
    audience: Optional[Texts]
    audience_claim: Optional[str]
    without_audience: Optional[bool]
    trusted_audiences: Optional[Texts]
    without_expiry: Optional[bool]
    without_clock: Optional[bool]
    leeway: Optional[int]
    insecure_leeway: Optional[int]
    token_type: Optional[str]
    allow_untyped: Optional[bool]
    header: Optional[Tuple[str, str]]
    allow_padding: Optional[bool]
    max_token_length: Optional[int]
    max_header_length: Optional[int]
    max_members: Optional[int]
    max_token_age: Optional[int]
    max_lifetime: Optional[int]
    reject_issued_in_future: Optional[bool]
    rules: Optional[Sequence[ClaimRule]]
    scopes: Optional[Texts]
    any_scope: Optional[Texts]
    scope_claim: Optional[str]
    markers: Optional[Texts]
    nonce: Optional[str]
    nonce_not_sent: Optional[bool]
    authorized_parties: Optional[Texts]
    require_authorized_party: Optional[bool]
    max_age: Optional[int]
    access_token: Optional[str]
    require_access_token_hash: Optional[bool]
    code: Optional[str]
    require_code_hash: Optional[bool]
    state: Optional[str]
    require_state_hash: Optional[bool]
    subject: Optional[str]
    authentication_contexts: Optional[Texts]
    authentication_methods: Optional[Texts]
    client_claim: Optional[str]
    clients: Optional[Texts]
    require_user: Optional[ClaimRule]
    reject_user: Optional[bool]
    reject_user_marked_by: Optional[ClaimRule]
    original: Optional[OriginalIdToken]
    dpop_key: Optional[Text]
    client_certificate: Optional[Text]

@final
class Policy:
    """The requirements for a token. Absent options and `None` mean "not required"; empty ones are rejected. Issuer and
    audience, and the nonce of an ID token, are required unless they are waived by name. Durations are seconds."""

    @staticmethod
    def access_token(**options: Unpack[_PolicyOptions]) -> Policy:
        """An access token, by RFC 9068 or of the older style."""

    @staticmethod
    def access_token_rfc9068(**options: Unpack[_PolicyOptions]) -> Policy:
        """An access token by RFC 9068 only."""

    @staticmethod
    def id_token(**options: Unpack[_PolicyOptions]) -> Policy:
        """An ID token (OpenID Connect Core). The audience is the client."""

    @staticmethod
    def refreshed_id_token(**options: Unpack[_PolicyOptions]) -> Policy:
        """An ID token from a refresh, compared with `original`."""

    @staticmethod
    def logout_token(**options: Unpack[_PolicyOptions]) -> Policy:
        """A back-channel logout token. Use it once: `ReplayCache.check_token`."""

    @staticmethod
    def client_assertion(**options: Unpack[_PolicyOptions]) -> Policy:
        """The JWT by which a client authenticates (RFC 7523). The issuer is the client, the audience is this server, and
        `max_lifetime` is required. Use it once: `ReplayCache.check_token`."""

    @staticmethod
    def request_object(**options: Unpack[_PolicyOptions]) -> Policy:
        """A signed authorization request (RFC 9101). The issuer is the client; the audience is this server."""

    @staticmethod
    def authorization_response(**options: Unpack[_PolicyOptions]) -> Policy:
        """A signed authorization response (JARM). The audience is the client."""

    @staticmethod
    def userinfo(**options: Unpack[_PolicyOptions]) -> Policy:
        """A signed response of the userinfo endpoint. `subject` is the `sub` of the ID token."""

    @staticmethod
    def introspection_response(**options: Unpack[_PolicyOptions]) -> Policy:
        """A signed answer that a token is active (RFC 9701). Needs `max_token_age`."""

    @staticmethod
    def security_event(**options: Unpack[_PolicyOptions]) -> Policy:
        """A security event token (RFC 8417). Use it once: `ReplayCache.check_token`."""

    @staticmethod
    def jwt_svid(**options: Unpack[_PolicyOptions]) -> Policy:
        """A JWT-SVID of a workload. The issuer is the trust domain, such as `spiffe://example.org`."""

    @staticmethod
    def transaction_token(**options: Unpack[_PolicyOptions]) -> Policy:
        """A transaction token. The audience is the trust domain."""

    @staticmethod
    def workload_identity(**options: Unpack[_PolicyOptions]) -> Policy:
        """A workload identity token of WIMSE, or a WIT-SVID of SPIFFE, only with its proof: see `validate_workload_once`.
        The issuer is the trust domain, `wimse://...` or `spiffe://...`."""

    @staticmethod
    def status_list(**options: Unpack[_PolicyOptions]) -> Policy:
        """A status list token. `subject` is the URI of the list."""

    @staticmethod
    def authorization_grant(**options: Unpack[_PolicyOptions]) -> Policy:
        """A JWT that a client exchanges for an access token (RFC 7523). The audience is this server, and `max_lifetime` is
        required. Use it once: `ReplayCache.check_token`."""

    @staticmethod
    def id_jag(**options: Unpack[_PolicyOptions]) -> Policy:
        """An authorization grant of an identity provider, with the type `oauth-id-jag+jwt`. `clients` is the client, and
        `max_lifetime` is required."""

    @staticmethod
    def jwt(**options: Unpack[_PolicyOptions]) -> Policy:
        """A JWT of no particular kind."""

    @staticmethod
    def jws(**options: Unpack[_PolicyOptions]) -> Policy:
        """A signature over any bytes: `Token.payload`."""

    def replace(self, **options: Unpack[_PolicyOptions]) -> Policy:
        """The same policy with other options, for example the nonce of a login."""

    @property
    def scopes(self) -> List[str]:
        """The required scopes."""

    @property
    def issuer(self) -> Optional[str]:
        """The issuer, or the template of issuers."""

@final
class ClaimRule:
    """A requirement for the claim at a path: one name, or the names from the outermost claim on."""

    @staticmethod
    def present(path: Texts) -> ClaimRule:
        """The claim is there, with any value."""

    @staticmethod
    def equals(path: Texts, value: str) -> ClaimRule:
        """The claim is this string."""

    @staticmethod
    def contains(path: Texts, value: str) -> ClaimRule:
        """The claim is this string, or an array of strings that contains it."""

@final
class OriginalIdToken:
    """The values of an original ID token, with which a refreshed one is compared."""

    def __new__(
        cls,
        *,
        issuer: str,
        subject: str,
        audience: Texts,
        issued_at: int,
        authorized_party: Optional[str] = None,
        authentication_time: Optional[int] = None,
        nonce: Optional[str] = None,
    ) -> OriginalIdToken: ...

class _KeyRules(TypedDict, total=False):
    algorithms: Optional[Union[AlgorithmName, Sequence[AlgorithmName]]]
    allow_certificates: Optional[bool]
    allow_secrets: Optional[bool]
    allow_short_coordinates: Optional[bool]
    insecure_min_rsa_bits: Optional[int]
    insecure_min_secret_bytes: Optional[int]
    key_id: Optional[str]
    max_rsa_bits: Optional[int]
    max_secret_bytes: Optional[int]
    precompute: Optional[Literal[0, 1024, 2048, 4096, 8192, 16384, 65536]]
    use_: Optional[str]

@final
class Keys:
    """The keys that verify tokens. A set never changes: assign another one to `Validator.keys`. Each key takes up to 64
    KB of precomputed values, unless `precompute` says less."""

    @staticmethod
    def from_jwks(jwks: Union[Text, Dict[str, Any]], **rules: Unpack[_KeyRules]) -> Keys:
        """The keys of a JWK Set. Keys that are not usable are in the report; a set without a usable key accepts no
        token."""

    @staticmethod
    def from_jwk(jwk: Union[Text, Dict[str, Any]], **rules: Unpack[_KeyRules]) -> Keys:
        """One key."""

    @staticmethod
    def from_pem(pem: Text, **rules: Unpack[_KeyRules]) -> Keys:
        """The public keys of a PEM text."""

    @staticmethod
    def from_der(*der: bytes, **rules: Unpack[_KeyRules]) -> Keys:
        """Public keys in DER."""

    @staticmethod
    def from_cryptography(*keys: Any, **rules: Unpack[_KeyRules]) -> Keys:
        """Public keys of the package `cryptography`. A private key is rejected."""

    @staticmethod
    def from_secret(secret: Text, *, algorithm: AlgorithmName, **rules: Unpack[_KeyRules]) -> Keys:
        """A secret for HMAC, which only the issuer and this program know."""

    @property
    def report(self) -> KeyReport:
        """The results of loading the keys."""

    def __len__(self) -> int: ...
    def thumbprint(self, index: int) -> str:
        """The SHA-256 thumbprint of a key (RFC 7638), in base64url. `IndexError` if there is no such key."""

    def find(self, thumbprint: Text) -> Optional[int]:
        """The position of the key with this thumbprint."""

@final
class KeyReport:
    """The results of loading keys. The lists have at most eight keys each."""

    added: int
    skipped: int
    rejected: int
    noted: int
    rejections: List[KeyFinding]
    skips: List[KeyFinding]
    notes: List[KeyFinding]

@final
class KeyFinding:
    """A key that was rejected, skipped, or added despite a defect."""

    index: int
    error: Error

@final
class Validator:
    """Validates tokens with its current keys and a fixed policy. Any number of threads may use one."""

    def __new__(cls, keys: Keys, policy: Policy) -> Validator: ...
    keys: Keys
    @property
    def scopes(self) -> List[str]:
        """The scopes that the policy requires."""

    def validate(
        self, token: Text, now: Now = None, *, dpop_key: Optional[Text] = None, client_certificate: Optional[Text] = None
    ) -> Token:
        """Validates a token without scheme and white space. A rejection is a `keycard.Error`. `dpop_key` is `Proof.key`
        of the proof that came with the token, `client_certificate` the SHA-256 of the client certificate in DER."""

    def _validate_workload(self, token: Text, proof: Text, now: Now = None, **rules: Any) -> Tuple[Token, Proof]: ...
    def validate_all(self, tokens: Sequence[Text], now: Now = None) -> List[Union[Token, Error]]:
        """Validates many tokens without the GIL. Each gets the verdict that `validate` gives: a token, or an exception
        that is not raised."""

    def with_policy(self, policy: Policy) -> Validator:
        """A validator with another policy. Both share their keys: assigning to `keys` of one changes both."""

    def without_scopes(self) -> Validator:
        """A validator with the same keys and policy, but without its scopes."""

    def of(self, token: Text) -> Validator:
        """This validator. See `Issuers.of`."""

@final
class Issuers:
    """Validators of different issuers. The unverified `iss` of a token selects one, and only that one validates the
    token. Assign keys to the individual validators."""

    def __new__(cls, *validators: Validator) -> Issuers: ...
    @property
    def scopes(self) -> List[str]:
        """The scopes, if all validators require the same ones."""

    def validate(
        self, token: Text, now: Now = None, *, dpop_key: Optional[Text] = None, client_certificate: Optional[Text] = None
    ) -> Token:
        """Like `Validator.validate`. `Token.row` is the position of the validator."""

    def validate_all(self, tokens: Sequence[Text], now: Now = None) -> List[Union[Token, Error]]:
        """Like `Validator.validate_all`, one token after the other."""

    def without_scopes(self) -> Issuers:
        """The same validators, without their scopes."""

    def of(self, token: Text) -> Validator:
        """The validator for the issuer that a token names. The token is not verified: use this only to find the
        validator that needs new keys."""

@final
class Token:
    """An accepted token."""

    row: int
    @property
    def claims(self) -> Mapping[str, Any]:
        """All claims, read-only. They are parsed on first access."""

    def string(self, *path: str) -> str:
        """The string at a path. `ClaimMissing` or `ClaimType` if there is no string."""

    def integer(self, *path: str) -> int:
        """The integer of 64 bits at a path."""

    def boolean(self, *path: str) -> bool:
        """The boolean at a path."""

    def time(self, *path: str) -> int:
        """The point in time at a path, in seconds since 1970, rounded down."""

    def strings(self, *path: str) -> List[str]:
        """The strings of an array of strings, or the one string."""

    @property
    def scopes(self) -> List[str]:
        """The scopes that the token grants."""

    def has_scope(self, scope: str) -> bool:
        """True if the token grants this scope."""

    @property
    def payload(self) -> Optional[bytes]:
        """The payload of a JWS without claims."""

    @property
    def algorithm(self) -> AlgorithmName:
        """The algorithm of the signature."""

    @property
    def key_index(self) -> int:
        """The position of the key that verified the signature."""

    @property
    def checks(self) -> Dict[CheckName, Literal["passed", "waived", "vacuous"]]:
        """The checks, each with its outcome. `vacuous`: the token had nothing to compare."""

@final
class Unverified:
    """Values of a token that is not verified: the sender may have written all of them."""

    algorithm: str
    key_id: Optional[str]
    token_type: Optional[str]
    issuer: Optional[str]

def peek(token: Text) -> Unverified:
    """Reads the unverified values of a token, as strictly as a validation."""

class _ProofRules(TypedDict, total=False):
    method: str
    uri: str
    algorithms: Union[AlgorithmName, Sequence[AlgorithmName]]
    window: int
    leeway: Optional[int]
    access_token: Optional[str]
    without_access_token: Optional[bool]
    nonces: Optional[Texts]
    nonce_not_provided: Optional[bool]

@final
class Proof:
    """A valid DPoP proof."""

    @property
    def key(self) -> bytes:
        """The SHA-256 thumbprint of the key that signed the proof: 32 bytes, for `dpop_key`."""

    @property
    def thumbprint(self) -> str:
        """The thumbprint in base64url, as in `cnf`.`jkt`."""

    @property
    def algorithm(self) -> AlgorithmName:
        """The algorithm of the signature."""

    @property
    def issued_at(self) -> int:
        """`iat` in seconds since 1970, rounded down."""

    @property
    def replay_key(self) -> bytes:
        """32 bytes that identify the use, for a store that several machines share."""

    @property
    def replayable_until(self) -> int:
        """The time until which the use must be remembered."""

def validate_proof(proof: Text, now: Now = None, **rules: Unpack[_ProofRules]) -> Proof:
    """Validates a DPoP proof (RFC 9449 section 4.3): the value of the only DPoP header of a request. Then validate the
    access token with `dpop_key=proof.key`. Last, pass the proof to `ReplayCache.check_proof`. `validate_bound_once` does
    all three."""

@final
class ProofKeyCache:
    """Prepared keys of DPoP clients: their next proofs are verified faster, with the same verdict."""

    def __new__(cls, keys: int = 256, precompute: Optional[int] = None) -> ProofKeyCache: ...
    def validate_proof(self, proof: Text, now: Now = None, **rules: Unpack[_ProofRules]) -> Proof:
        """Like the function, with the prepared keys."""

    def admit(self, proof: Proof) -> None:
        """Notes that the request with this proof was accepted."""

@final
class ReplayCache:
    """Accepts each token or proof once. Uses that may have been issued before its start are rejected."""

    def __new__(cls, *, uses: int, window: int, leeway: int, share: int = 4, now: Now = None) -> ReplayCache: ...
    def check_token(self, token: Token, now: Now = None) -> None:
        """Remembers the first use of a token, or raises `Replayed` or another error. Call it after all other checks."""

    def check_proof(self, proof: Proof, now: Now = None) -> None:
        """Remembers the first use of a proof, or raises `Replayed` or another error. Call it after all other checks."""

    def restart(self, *, window: int, leeway: int, now: Now = None) -> None:
        """Rejects everything that was issued before now, and raises window and leeway to at least these."""

def challenge(verifier: Text) -> str:
    """The `S256` code challenge of a code verifier."""

def verifier_of(random: bytes) -> str:
    """The code verifier of 32 random bytes."""

def verify(
    *,
    challenge: Optional[Text],
    method: Optional[str],
    verifier: Optional[Text],
    allow_plain: bool = False,
    optional: bool = False,
) -> bool:
    """Checks a token request against the parameters of the authorization request, and raises an error unless the
    verifier matches. False only if `optional` is set and neither side used PKCE."""
