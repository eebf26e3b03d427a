# Generated from src/error/reason.rs and docs/guide/errors.md by `make pages`. Do not edit.
"""The exceptions: one for each stage and one for each reason, and the names of values."""

from typing import Dict, Literal, Type

from ._errors import Error

AlgorithmName = Literal[
    "HS256",
    "HS384",
    "HS512",
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "ES256K",
    "EdDSA",
    "Ed25519",
    "ML-DSA-44",
    "ML-DSA-65",
    "ML-DSA-87",
]
CheckName = Literal[
    "signature",
    "issuer",
    "audience",
    "expiry",
    "not before",
    "token type",
    "token age",
    "nonce",
    "authorized party",
    "authentication age",
    "access token hash",
    "code hash",
    "scopes",
    "rules",
    "kind",
    "header parameter",
    "state hash",
    "authentication context",
    "authentication methods",
    "subject",
    "original",
    "client",
    "user",
    "DPoP key",
    "client certificate",
    "lifetime",
    "issued at",
    "time unit",
    "key binding",
]


class AtUsage(Error):
    """Rejected at the stage "usage"."""

    stage = "usage"


class AtToken(Error):
    """Rejected at the stage "token"."""

    stage = "token"


class AtHeader(Error):
    """Rejected at the stage "header"."""

    stage = "header"


class AtAlgorithm(Error):
    """Rejected at the stage "algorithm"."""

    stage = "algorithm"


class AtKey(Error):
    """Rejected at the stage "key"."""

    stage = "key"


class AtSignature(Error):
    """Rejected at the stage "signature"."""

    stage = "signature"


class AtPayload(Error):
    """Rejected at the stage "payload"."""

    stage = "payload"


class AtClaims(Error):
    """Rejected at the stage "claims"."""

    stage = "claims"


class AtTime(Error):
    """Rejected at the stage "time"."""

    stage = "time"


class AtKeySet(Error):
    """Rejected at the stage "key set"."""

    stage = "key set"


class AtPkce(Error):
    """Rejected at the stage "PKCE"."""

    stage = "PKCE"


class AtText(Error):
    """Rejected at the stage "text"."""

    stage = "text"


class AtProof(Error):
    """Rejected at the stage "proof"."""

    stage = "proof"


class AtReplay(Error):
    """Rejected at the stage "replay"."""

    stage = "replay"


class AtDisclosure(Error):
    """Rejected at the stage "disclosure"."""

    stage = "disclosure"


class NullPointer(Error):
    """A pointer that must not be NULL is NULL."""

    reason = "NullPointer"
    status = 1
    cause = "program"
    advice = "Pass the pointer; the header says which arguments may be NULL."


class BadMemory(Error):
    """A length is impossible or a pointer is not aligned."""

    reason = "BadMemory"
    status = 2
    cause = "program"
    advice = "Align the memory to 8 bytes and pass its real length."


class StructSize(Error):
    """Struct_size is too small."""

    reason = "StructSize"
    status = 3
    cause = "program"
    advice = "Initialise the structure with its _INIT macro or _init function."


class Overlap(Error):
    """Memory that is written overlaps memory that is read."""

    reason = "Overlap"
    status = 4
    cause = "program"
    advice = "Give outputs memory of their own."


class MemoryTooSmall(Error):
    """The memory is too small for an empty key table or replay cache."""

    reason = "MemoryTooSmall"
    status = 5
    cause = "program"
    advice = "Pass the number of bytes that the error reports."


class ScratchTooSmall(Error):
    """The scratch is too small for this token."""

    reason = "ScratchTooSmall"
    status = 6
    cause = "program"
    advice = "Pass the number of bytes that the error reports, or accept the bound on the length of tokens."


class BufferTooSmall(Error):
    """The output buffer is too small."""

    reason = "BufferTooSmall"
    status = 7
    cause = "program"
    advice = "Pass the number of bytes that the error reports."


class NotAKeyTable(Error):
    """The memory does not hold a key table."""

    reason = "NotAKeyTable"
    status = 8
    cause = "program"
    advice = "Initialise the memory as a key table first, and do not write to it."


class UnsupportedPolicy(Error):
    """The policy uses a member, flag or profile that this library does not know."""

    reason = "UnsupportedPolicy"
    status = 9
    cause = "program"
    advice = "Use only flags and values of this version's header."


class PolicyIncomplete(Error):
    """A required member of the policy is missing, such as its profile or issuer."""

    reason = "PolicyIncomplete"
    status = 10
    cause = "program"
    advice = "Set profile, issuer, audience and algorithms, or waive by name what you do not check."


class PolicyEmpty(Error):
    """A member of the policy is present and empty."""

    reason = "PolicyEmpty"
    status = 11
    cause = "program"
    advice = "Remove the member, or give it a value: an empty value never means \"do not check\"."


class PolicyContradiction(Error):
    """Members of the policy contradict each other."""

    reason = "PolicyContradiction"
    status = 12
    cause = "program"
    advice = "Remove one of the two members that the error names."


class LeewayTooLong(Error):
    """A leeway of more than 600 seconds must be allowed explicitly."""

    reason = "LeewayTooLong"
    status = 13
    cause = "program"
    advice = "Set the clock, or allow a longer leeway by name."


class TimeKind(Error):
    """No time is given, or its kind is unknown."""

    reason = "TimeKind"
    status = 14
    cause = "program"
    advice = "Make the time by Time in Rust or by a keycard_time_… function in C."


class Stale(Error):
    """The scratch of this token was used again, or the token was never accepted."""

    reason = "Stale"
    status = 15
    cause = "program"
    advice = "Read the claims before the scratch is used again, and only after acceptance."


class NotText(Error):
    """A text is not UTF-8."""

    reason = "NotText"
    status = 16
    cause = "program"
    advice = "Pass UTF-8."


class PayloadNotOpaque(Error):
    """The payload bytes are not available: read the claims."""

    reason = "PayloadNotOpaque"
    status = 17
    cause = "program"
    advice = "Read claims from a JWT; only a plain JWS has an opaque payload."


class ReadOnly(Error):
    """The key table is a read-only image."""

    reason = "ReadOnly"
    status = 18
    cause = "program"
    advice = "Copy the keys into a table, or build a new image."


class UnknownResponseType(Error):
    """The response type is not known."""

    reason = "UnknownResponseType"
    status = 19
    cause = "program"
    advice = "Use a response type of OpenID Connect Core or OAuth 2.0."


class PolicyTwice(Error):
    """A member of the policy or of rules is given twice."""

    reason = "PolicyTwice"
    status = 20
    cause = "program"
    advice = "Set the member once."


class PolicyValue(Error):
    """A member has an invalid value."""

    reason = "PolicyValue"
    status = 21
    cause = "program"
    advice = "Give a value in the range that the documentation of the member states."


class PolicyScope(Error):
    """A scope contains white space: pass each scope separately."""

    reason = "PolicyScope"
    status = 22
    cause = "program"
    advice = "Pass each scope as a string of its own."


class NotAReplayCache(Error):
    """The memory does not hold a replay cache."""

    reason = "NotAReplayCache"
    status = 23
    cause = "program"
    advice = "Initialise the memory as a replay cache first, and do not write to it."


class ReplayLimits(Error):
    """The window or leeway of the check is longer than that of the replay cache."""

    reason = "ReplayLimits"
    status = 24
    cause = "program"
    advice = "Start the cache with the longest window and leeway that any check uses."


class ReplayShare(Error):
    """The share of one key must be 1 to 16 sixteenths of the replay cache."""

    reason = "ReplayShare"
    status = 25
    cause = "program"
    advice = "Give 1 to 16 sixteenths."


class NotAProofKeyCache(Error):
    """The memory does not hold a cache of proof keys."""

    reason = "NotAProofKeyCache"
    status = 26
    cause = "program"
    advice = "Initialise the memory as a proof-key cache first, and do not write to it."


class TokenTooLong(Error):
    """The token is longer than the limit."""

    reason = "TokenTooLong"
    status = 101
    cause = "client"
    advice = "Ask the issuer for a shorter token, or raise the bound that the policy lowered."


class TokenParts(Error):
    """The token does not have three parts, or its header or signature is empty."""

    reason = "TokenParts"
    status = 102
    cause = "client"
    advice = "Send the token alone, without Bearer  and without line feeds."


class TokenEncrypted(Error):
    """The token is encrypted, which is not supported."""

    reason = "TokenEncrypted"
    status = 103
    cause = "issuer"
    advice = "Configure the issuer to sign tokens without encrypting them."


class HeaderTooLong(Error):
    """The header is longer than the limit."""

    reason = "HeaderTooLong"
    status = 104
    cause = "issuer"
    advice = "Remove certificates from the header; keycard does not read them."


class Base64Character(Error):
    """A character is not in the base64url alphabet."""

    reason = "Base64Character"
    status = 151
    cause = "client"
    advice = "Send the token as the issuer made it. A copied token may be cut, padded or percent-encoded."


class Base64Padding(Error):
    """Base64url has padding."""

    reason = "Base64Padding"
    status = 152
    cause = "client"
    advice = "Send the token as the issuer made it. A copied token may be cut, padded or percent-encoded."


class Base64Length(Error):
    """Base64url has an impossible length."""

    reason = "Base64Length"
    status = 153
    cause = "client"
    advice = "Send the token as the issuer made it. A copied token may be cut, padded or percent-encoded."


class Base64TrailingBits(Error):
    """Unused bits at the end of base64url are not zero."""

    reason = "Base64TrailingBits"
    status = 154
    cause = "client"
    advice = "Send the token as the issuer made it. A copied token may be cut, padded or percent-encoded."


class JsonSyntax(Error):
    """Not JSON."""

    reason = "JsonSyntax"
    status = 201
    cause = "issuer"
    advice = "Report it: the document is not JSON in UTF-8 (RFC 8259)."


class JsonEncoding(Error):
    """JSON is not UTF-8."""

    reason = "JsonEncoding"
    status = 202
    cause = "issuer"
    advice = "Report it: the document is not JSON in UTF-8 (RFC 8259)."


class JsonSurrogate(Error):
    """A JSON string has a lone surrogate."""

    reason = "JsonSurrogate"
    status = 203
    cause = "issuer"
    advice = "Report it: the document is not JSON in UTF-8 (RFC 8259)."


class JsonNesting(Error):
    """JSON is nested too deeply."""

    reason = "JsonNesting"
    status = 204
    cause = "issuer"
    advice = "Ask for smaller tokens or key sets; [limits](limits.md) has the bounds."


class JsonMembers(Error):
    """A JSON object has too many members."""

    reason = "JsonMembers"
    status = 205
    cause = "issuer"
    advice = "Ask for smaller tokens or key sets; [limits](limits.md) has the bounds."


class JsonDuplicate(Error):
    """A JSON object has two members with the same name."""

    reason = "JsonDuplicate"
    status = 206
    cause = "issuer"
    advice = "Report it: two readers of such a document may see two values (RFC 7515 section 4)."


class JsonNotAnObject(Error):
    """Not a JSON object."""

    reason = "JsonNotAnObject"
    status = 207
    cause = "issuer"
    advice = "Report it: the document is not JSON in UTF-8 (RFC 8259)."


class JsonTooLong(Error):
    """The JSON text is longer than the limit."""

    reason = "JsonTooLong"
    status = 208
    cause = "issuer"
    advice = "Ask for smaller tokens or key sets; [limits](limits.md) has the bounds."


class AlgorithmMissing(Error):
    """The header has no algorithm."""

    reason = "AlgorithmMissing"
    status = 301
    cause = "issuer"
    advice = "Report it: the header breaks RFC 7515 section 4.1."


class HeaderType(Error):
    """A header parameter has the wrong type."""

    reason = "HeaderType"
    status = 302
    cause = "issuer"
    advice = "Report it: the header breaks RFC 7515 section 4.1."


class HeaderCritical(Error):
    """The header has a critical extension."""

    reason = "HeaderCritical"
    status = 303
    cause = "issuer"
    advice = "Configure the issuer to make tokens without crit extensions."


class HeaderUnsupported(Error):
    """A header parameter is not supported."""

    reason = "HeaderUnsupported"
    status = 304
    cause = "issuer"
    advice = "Configure the issuer to make tokens without this parameter."


class NestedToken(Error):
    """Nested tokens are not supported."""

    reason = "NestedToken"
    status = 305
    cause = "issuer"
    advice = "Configure the issuer to sign the claims, not another token."


class HeaderMismatch(Error):
    """A header parameter does not have the value that the policy requires."""

    reason = "HeaderMismatch"
    status = 306
    cause = "issuer or program"
    advice = "Compare the policy with the header (keycard inspect)."


class AlgorithmNone(Error):
    """The token is not signed: it has the algorithm none."""

    reason = "AlgorithmNone"
    status = 351
    cause = "attacker"
    advice = "Nothing to do: unsigned tokens are never accepted."


class AlgorithmUnknown(Error):
    """The algorithm is not known."""

    reason = "AlgorithmUnknown"
    status = 352
    cause = "issuer"
    advice = "Use the registered name, such as ES256K and not ES256k."


class AlgorithmNotBuilt(Error):
    """The algorithm is not built into this library."""

    reason = "AlgorithmNotBuilt"
    status = 353
    cause = "program"
    advice = "Build keycard with the feature of this algorithm."


class AlgorithmNotAllowed(Error):
    """The algorithm is not allowed."""

    reason = "AlgorithmNotAllowed"
    status = 354
    cause = "attacker, or issuer that changed its algorithm"
    advice = "Add the algorithm to the policy if the issuer announced it."


class KeyMalformed(Error):
    """The key is malformed."""

    reason = "KeyMalformed"
    status = 401
    cause = "issuer"
    advice = "Report it; the error names the member of the key."


class KeyUnsupported(Error):
    """The kind of the key is not supported."""

    reason = "KeyUnsupported"
    status = 402
    cause = "issuer"
    advice = "Ignore the key, or configure the issuer to use a supported kind; [keys](keys.md) has the table."


class KeyNotForVerification(Error):
    """The key is not for verifying signatures."""

    reason = "KeyNotForVerification"
    status = 403
    cause = "issuer"
    advice = "Ignore the key: its use or key_ops names another purpose."


class KeyContradiction(Error):
    """Members of the key contradict each other."""

    reason = "KeyContradiction"
    status = 404
    cause = "issuer"
    advice = "Report it; two members of the key exclude each other."


class KeyWeak(Error):
    """The key is too weak."""

    reason = "KeyWeak"
    status = 405
    cause = "issuer"
    advice = "Replace the key. insecure_allow_… accepts it by name for tests."


class KeyPrivate(Error):
    """The key is private."""

    reason = "KeyPrivate"
    status = 406
    cause = "operator"
    advice = "Replace the key pair: its private part was disclosed."


class KeyNotOnCurve(Error):
    """The key is not on its curve."""

    reason = "KeyNotOnCurve"
    status = 407
    cause = "issuer or attacker"
    advice = "Replace the key: it is not a valid public key."


class KeyWidth(Error):
    """A value of the key has the wrong width."""

    reason = "KeyWidth"
    status = 408
    cause = "issuer"
    advice = "Report it. If a coordinate is short, allow short coordinates by name."


class KeyOutOfRange(Error):
    """A value of the key is out of range."""

    reason = "KeyOutOfRange"
    status = 409
    cause = "issuer or attacker"
    advice = "Replace the key: it is not a valid public key."


class KeySecret(Error):
    """Secrets are not allowed in this key set."""

    reason = "KeySecret"
    status = 410
    cause = "program"
    advice = "Allow secrets by name if the key set is private to the program."


class KeyIdTooLong(Error):
    """The key identifier is too long."""

    reason = "KeyIdTooLong"
    status = 411
    cause = "issuer"
    advice = "Use a kid of at most 255 bytes."


class KeyTableFull(Error):
    """The key table is full."""

    reason = "KeyTableFull"
    status = 412
    cause = "program"
    advice = "Pass the number of bytes that the error reports."


class KeySetMalformed(Error):
    """Not a key set."""

    reason = "KeySetMalformed"
    status = 413
    cause = "operator"
    advice = "Fetch the document at jwks_uri: it is an object with the member keys."


class KeyNotSecret(Error):
    """The secret is the text of a key, which may be public."""

    reason = "KeyNotSecret"
    status = 414
    cause = "operator"
    advice = "Add the public key as a key, not as an HMAC secret."


class KeyEncoding(Error):
    """The key is not a public key in DER."""

    reason = "KeyEncoding"
    status = 415
    cause = "operator"
    advice = "Pass a public key in DER: SubjectPublicKeyInfo, or PKCS#1 for RSA."


class ImageForeign(Error):
    """Not a key table image, or one for another version or byte order."""

    reason = "ImageForeign"
    status = 416
    cause = "operator"
    advice = "Build the image anew with this version, for this byte order."


class ImageTruncated(Error):
    """The length of the image is not the one in its header."""

    reason = "ImageTruncated"
    status = 417
    cause = "device"
    advice = "Write the image again; its flash or its transfer is damaged."


class ImageCorrupt(Error):
    """The image is corrupt."""

    reason = "ImageCorrupt"
    status = 418
    cause = "device"
    advice = "Write the image again; its flash or its transfer is damaged."


class ImageUnexpected(Error):
    """The image is not the one that was expected."""

    reason = "ImageUnexpected"
    status = 419
    cause = "operator or attacker"
    advice = "Compare the digest with the one that keycard keys build printed."


class ImageOutdated(Error):
    """The image has an older version than the rules accept."""

    reason = "ImageOutdated"
    status = 420
    cause = "operator or attacker"
    advice = "Install an image whose version is at least the minimum."


class KeyPssParameters(Error):
    """The PSS parameters of the key allow none of PS256, PS384 and PS512."""

    reason = "KeyPssParameters"
    status = 421
    cause = "operator"
    advice = "Use a PSS key whose hash, MGF hash and salt length are those of PS256, PS384 or PS512."


class KeyIsCertificate(Error):
    """The key is in a certificate, which the rules do not allow (openssl x509 -pubkey -noout extracts the key)."""

    reason = "KeyIsCertificate"
    status = 422
    cause = "operator"
    advice = "Take the key out of the certificate, or allow certificates by name."


class KeyPemMalformed(Error):
    """The PEM block is malformed: its last line differs from its first, or it is not base64."""

    reason = "KeyPemMalformed"
    status = 423
    cause = "operator"
    advice = "Pass a PEM file with a public key, such as openssl pkey -pubout writes."


class KeyPemMissing(Error):
    """The text has no PEM block."""

    reason = "KeyPemMissing"
    status = 424
    cause = "operator"
    advice = "Pass a PEM file with a public key, such as openssl pkey -pubout writes."


class KeyCurveUnnamed(Error):
    """The key must name its curve: it has the equation of the curve, or no curve."""

    reason = "KeyCurveUnnamed"
    status = 425
    cause = "issuer"
    advice = "Write the key with a named curve: openssl ec -param_enc named_curve."


class KeyRevoked(Error):
    """The key was revoked."""

    reason = "KeyRevoked"
    status = 430
    cause = "issuer"
    advice = "Nothing to do: tokens of this key are rejected."


class KeyLeadingZero(Error):
    """A number of the key has a leading zero octet, which was dropped."""

    reason = "KeyLeadingZero"
    status = 431
    cause = "issuer"
    advice = "Nothing to do: this is a note in the report, and the key is in the table."


class KeyShortCoordinate(Error):
    """A coordinate of the key is shorter than its field."""

    reason = "KeyShortCoordinate"
    status = 432
    cause = "issuer"
    advice = "Nothing to do: this is a note in the report, and the key is in the table."


class KeyNotFound(Error):
    """The key set has no key for this token: the set may be out of date."""

    reason = "KeyNotFound"
    status = 451
    cause = "issuer that rotated its keys"
    advice = "Fetch the key set again, at most once a minute."


class KeyTooManyCandidates(Error):
    """Too many keys fit the token."""

    reason = "KeyTooManyCandidates"
    status = 452
    cause = "issuer"
    advice = "Ask for a kid in keys and tokens."


class KeyUnfit(Error):
    """The key with this kid is for another algorithm."""

    reason = "KeyUnfit"
    status = 453
    cause = "attacker, or issuer"
    advice = "Compare alg of the key with that of the token."


class KeyExpired(Error):
    """The key that signed the token has expired."""

    reason = "KeyExpired"
    status = 454
    cause = "issuer"
    advice = "Fetch the key set again, and check the clock."


class KeyNotYetValid(Error):
    """The key that signed the token is not yet valid."""

    reason = "KeyNotYetValid"
    status = 455
    cause = "issuer"
    advice = "Fetch the key set again, and check the clock."


class KeyOfAnotherIssuer(Error):
    """The key that signed the token belongs to another issuer."""

    reason = "KeyOfAnotherIssuer"
    status = 456
    cause = "attacker, or program"
    advice = "Use the keys of the issuer that the policy names."


class SignatureLength(Error):
    """The signature has the wrong length."""

    reason = "SignatureLength"
    status = 501
    cause = "attacker, or client"
    advice = "Send the token as the issuer made it; make sure that the keys are those of the issuer."


class SignatureInvalid(Error):
    """The signature is invalid."""

    reason = "SignatureInvalid"
    status = 502
    cause = "attacker, or client"
    advice = "Send the token as the issuer made it; make sure that the keys are those of the issuer."


class SignatureIsDer(Error):
    """The signature is encoded in DER, but JWS requires R followed by S."""

    reason = "SignatureIsDer"
    status = 503
    cause = "issuer"
    advice = "Write the signature as r and s (RFC 7518 section 3.4)."


class SignatureSalt(Error):
    """The salt of the PSS signature is not as long as the hash."""

    reason = "SignatureSalt"
    status = 504
    cause = "issuer"
    advice = "Use a salt as long as the hash (RFC 7518 section 3.5)."


class ClaimMissing(Error):
    """A required claim is missing."""

    reason = "ClaimMissing"
    status = 601
    cause = "issuer, or program"
    advice = "Configure the issuer to add the claim, or waive it by name."


class ClaimType(Error):
    """A claim has the wrong type."""

    reason = "ClaimType"
    status = 602
    cause = "issuer"
    advice = "Report it: the claim breaks RFC 7519 section 4.1."


class ClaimMismatch(Error):
    """A claim does not have the required value."""

    reason = "ClaimMismatch"
    status = 603
    cause = "client"
    advice = "Get a token with the value that the policy requires."


class WrongIssuer(Error):
    """The token is from another issuer."""

    reason = "WrongIssuer"
    status = 604
    cause = "client, or operator"
    advice = "Compare the issuer character by character, also its last /."


class WrongAudience(Error):
    """The token is for another audience."""

    reason = "WrongAudience"
    status = 605
    cause = "client, or operator"
    advice = "Ask for a token for this API; compare it with the audience of the policy."


class UntrustedAudience(Error):
    """The token is also for an audience that is not trusted."""

    reason = "UntrustedAudience"
    status = 606
    cause = "issuer"
    advice = "Trust the other audiences by name, or ask for a token for one audience only."


class WrongTokenType(Error):
    """The type (typ) of the token is not the required one."""

    reason = "WrongTokenType"
    status = 607
    cause = "client"
    advice = "Send an access token to an API, and give an ID token to a client only."


class WrongTokenKind(Error):
    """The token is of another kind than the profile requires."""

    reason = "WrongTokenKind"
    status = 608
    cause = "client"
    advice = "Send an access token to an API, and give an ID token to a client only."


class WrongAuthorizedParty(Error):
    """The token is for another authorized party."""

    reason = "WrongAuthorizedParty"
    status = 609
    cause = "client or attacker"
    advice = "Log in again with this client."


class WrongNonce(Error):
    """The nonce is not the one that was sent."""

    reason = "WrongNonce"
    status = 610
    cause = "attacker, or program"
    advice = "Start the login again; keep one nonce for each login."


class WrongHash(Error):
    """A hash claim does not match its value."""

    reason = "WrongHash"
    status = 611
    cause = "attacker, or program"
    advice = "Start the login again; compare the token with the access token or code of the same response."


class ScopeMissing(Error):
    """A required scope was not granted."""

    reason = "ScopeMissing"
    status = 612
    cause = "client"
    advice = "Ask for a token with the scope."


class TokenTooOld(Error):
    """The token was issued too long ago."""

    reason = "TokenTooOld"
    status = 613
    cause = "client"
    advice = "Log in again."


class AuthenticationTooOld(Error):
    """The authentication was too long ago."""

    reason = "AuthenticationTooOld"
    status = 614
    cause = "client"
    advice = "Log in again."


class IssuedInFuture(Error):
    """A time that must be in the past is in the future."""

    reason = "IssuedInFuture"
    status = 615
    cause = "device or issuer"
    advice = "Check both clocks; allow a leeway."


class TokenBound(Error):
    """The token is bound to a key, and no proof of that key was given."""

    reason = "TokenBound"
    status = 616
    cause = "client"
    advice = "Send the proof (DPoP) or use the certificate with the token."


class TokenNotMarked(Error):
    """The token does not show that it is an access token: it has neither typ at+jwt nor a claim such as scope."""

    reason = "TokenNotMarked"
    status = 617
    cause = "operator"
    advice = "Name the claim that marks access tokens of this issuer; [recipes](recipes.md) has eight providers."


class ConfirmationUnknown(Error):
    """The token is bound by an unknown method."""

    reason = "ConfirmationUnknown"
    status = 618
    cause = "issuer"
    advice = "Use jkt (RFC 9449) or x5t#S256 (RFC 8705)."


class WrongConfirmation(Error):
    """The token is bound to another key than the one that was proven."""

    reason = "WrongConfirmation"
    status = 619
    cause = "attacker"
    advice = "Nothing to do: the token was stolen, or the client has a new key and must get a new token."


class TokenNotBound(Error):
    """The token is not bound to the key that was proven."""

    reason = "TokenNotBound"
    status = 620
    cause = "client"
    advice = "Get a token that is bound to the key of the proof."


class WrongSubject(Error):
    """The token is about another subject."""

    reason = "WrongSubject"
    status = 630
    cause = "attacker"
    advice = "Log in again."


class WrongAuthenticationContext(Error):
    """The authentication was of another class."""

    reason = "WrongAuthenticationContext"
    status = 631
    cause = "client"
    advice = "Log in again with the class or method that the policy requires."


class AuthenticationMethodMissing(Error):
    """A required authentication method was not used."""

    reason = "AuthenticationMethodMissing"
    status = 632
    cause = "client"
    advice = "Log in again with the class or method that the policy requires."


class NotAsOriginal(Error):
    """A claim differs from the original ID token."""

    reason = "NotAsOriginal"
    status = 633
    cause = "attacker"
    advice = "Log in again."


class WrongClient(Error):
    """The token was issued to another client."""

    reason = "WrongClient"
    status = 634
    cause = "client or attacker"
    advice = "Log in again with this client."


class UserMissing(Error):
    """The policy requires a user, but the token was issued without one."""

    reason = "UserMissing"
    status = 635
    cause = "client"
    advice = "Use a token of the other kind: of a user, or of a service."


class UserPresent(Error):
    """The policy allows no user, but the token was issued for one."""

    reason = "UserPresent"
    status = 636
    cause = "client"
    advice = "Use a token of the other kind: of a user, or of a service."


class ScopeAmbiguous(Error):
    """The token has both scope and scp, and the policy does not say which one to use."""

    reason = "ScopeAmbiguous"
    status = 637
    cause = "operator"
    advice = "Name the claim that grants scopes in the policy."


class NotIssuedByFlow(Error):
    """The response contains a token or code that its flow never issues."""

    reason = "NotIssuedByFlow"
    status = 640
    cause = "attacker"
    advice = "Start the login again."


class StatusInvalid(Error):
    """The status list says that the token is invalid: it was revoked."""

    reason = "StatusInvalid"
    status = 641
    cause = "client"
    advice = "Get a new token."


class StatusSuspended(Error):
    """The status list says that the token is suspended."""

    reason = "StatusSuspended"
    status = 642
    cause = "client"
    advice = "Try again after the issuer lifted the suspension."


class StatusOther(Error):
    """The status list gives the token a status other than valid, invalid and suspended."""

    reason = "StatusOther"
    status = 643
    cause = "issuer"
    advice = "Read the value of the status, and decide in the application."


class StatusListMismatch(Error):
    """The token names another status list."""

    reason = "StatusListMismatch"
    status = 644
    cause = "operator"
    advice = "Fetch the status list from the URI that the token names."


class StatusOutOfRange(Error):
    """The index of the token is behind the end of the status list."""

    reason = "StatusOutOfRange"
    status = 645
    cause = "issuer"
    advice = "Fetch the status list again."


class DateOutOfRange(Error):
    """A point in time is out of range."""

    reason = "DateOutOfRange"
    status = 650
    cause = "issuer"
    advice = "Write seconds since 1970, not milliseconds."


class Expired(Error):
    """The token has expired."""

    reason = "Expired"
    status = 701
    cause = "client"
    advice = "Get a new token."


class NotYetValid(Error):
    """The token is not valid yet."""

    reason = "NotYetValid"
    status = 702
    cause = "client, or clock"
    advice = "Wait, or check both clocks."


class TimeUnavailable(Error):
    """The time is not known: the clock is not set."""

    reason = "TimeUnavailable"
    status = 703
    cause = "device"
    advice = "Set the clock, then validate again."


class LifetimeTooLong(Error):
    """The token expires later than the policy allows."""

    reason = "LifetimeTooLong"
    status = 704
    cause = "issuer"
    advice = "Configure shorter lifetimes; a value in milliseconds also causes this error."


class CodeVerifierMalformed(Error):
    """The code verifier is malformed."""

    reason = "CodeVerifierMalformed"
    status = 801
    cause = "client"
    advice = "Use 43 to 128 characters of RFC 7636 section 4.1; a challenge of S256 has 43."


class CodeChallengeMalformed(Error):
    """The code challenge is malformed."""

    reason = "CodeChallengeMalformed"
    status = 802
    cause = "client"
    advice = "Use 43 to 128 characters of RFC 7636 section 4.1; a challenge of S256 has 43."


class CodeChallengeMethod(Error):
    """The code challenge method is not supported."""

    reason = "CodeChallengeMethod"
    status = 803
    cause = "client"
    advice = "Use S256."


class PkceMismatch(Error):
    """The code verifier does not match the code challenge."""

    reason = "PkceMismatch"
    status = 804
    cause = "attacker, or client"
    advice = "Start the login again; keep one verifier for each login."


class PkceDowngrade(Error):
    """Only one side used PKCE, or plain replaced S256."""

    reason = "PkceDowngrade"
    status = 805
    cause = "attacker"
    advice = "Reject the request, and delete the code."


class PkceMissing(Error):
    """PKCE is required and was not used."""

    reason = "PkceMissing"
    status = 806
    cause = "client"
    advice = "Send a code challenge with the authorization request."


class ProofKeyMissing(Error):
    """The proof has no key."""

    reason = "ProofKeyMissing"
    status = 851
    cause = "client"
    advice = "Put the public key into jwk of the header (RFC 9449 section 4.2)."


class WrongHttpMethod(Error):
    """The proof is for another HTTP method."""

    reason = "WrongHttpMethod"
    status = 852
    cause = "attacker, or client"
    advice = "Make a proof for each request; behind a proxy, pass the URI that the client used."


class WrongHttpUri(Error):
    """The proof is for another URI."""

    reason = "WrongHttpUri"
    status = 853
    cause = "attacker, or client"
    advice = "Make a proof for each request; behind a proxy, pass the URI that the client used."


class UriMalformed(Error):
    """Not an absolute HTTP or HTTPS URI."""

    reason = "UriMalformed"
    status = 854
    cause = "client, or program"
    advice = "Pass an absolute URI of http or https."


class ProofTooOld(Error):
    """The proof was issued too long ago."""

    reason = "ProofTooOld"
    status = 855
    cause = "client"
    advice = "Make a new proof; check the clock of the client, or send it a nonce."


class Replayed(Error):
    """The token or proof was used before."""

    reason = "Replayed"
    status = 860
    cause = "attacker, or client"
    advice = "Make a proof for each request."


class ReplayFull(Error):
    """The replay cache is full."""

    reason = "ReplayFull"
    status = 861
    cause = "load, or attacker"
    advice = "Answer 503 and let the client try again; give the cache more entries."


class ReplayTimeBehind(Error):
    """The time is earlier than in a previous call."""

    reason = "ReplayTimeBehind"
    status = 862
    cause = "device"
    advice = "Pass a clock that does not step back."


class IssuedBeforeStart(Error):
    """The token or proof was issued before the replay cache was started."""

    reason = "IssuedBeforeStart"
    status = 863
    cause = "restart"
    advice = "Answer 401: the client makes a new proof."


class ReplayKeyFull(Error):
    """The key of the proof has used its share of the replay cache."""

    reason = "ReplayKeyFull"
    status = 864
    cause = "client"
    advice = "Answer 429 or 503 to this client."


class DisclosureMalformed(Error):
    """A disclosure is malformed, or a tilde is missing."""

    reason = "DisclosureMalformed"
    status = 871
    cause = "a presentation that was cut, or a holder that sent the bare JWT"
    advice = "Reject the presentation."


class DisclosureTooMany(Error):
    """The presentation has too many disclosures."""

    reason = "DisclosureTooMany"
    status = 872
    cause = "a presentation with more disclosures than the limit"
    advice = "Reject the presentation."


class DisclosureName(Error):
    """A disclosure has a reserved name."""

    reason = "DisclosureName"
    status = 873
    cause = "a faulty or malicious issuer"
    advice = "Reject the presentation."


class DisclosureOverwrites(Error):
    """Two claims of one object have the same name after disclosure."""

    reason = "DisclosureOverwrites"
    status = 874
    cause = "a faulty or malicious issuer"
    advice = "Reject the presentation."


class DisclosureUnreferenced(Error):
    """No digest refers to a disclosure."""

    reason = "DisclosureUnreferenced"
    status = 875
    cause = "a holder that added a disclosure, or left out one that leads to it"
    advice = "Reject the presentation."


class DisclosureForbidden(Error):
    """A claim that decides the validity must not be in a disclosure."""

    reason = "DisclosureForbidden"
    status = 876
    cause = "an issuer that lets holders hide such a claim"
    advice = "Ask the issuer to show the claim always."


class DigestMalformed(Error):
    """A digest of a disclosure is malformed, or is in the wrong place."""

    reason = "DigestMalformed"
    status = 877
    cause = "a faulty issuer"
    advice = "Reject the presentation."


class DigestRepeated(Error):
    """A digest of a disclosure occurs more than once."""

    reason = "DigestRepeated"
    status = 878
    cause = "a disclosure that was sent twice, or a faulty issuer"
    advice = "Reject the presentation."


class DigestAlgorithmUnknown(Error):
    """The hash algorithm of the digests is not known."""

    reason = "DigestAlgorithmUnknown"
    status = 879
    cause = "a build without SHA-512, or a weak hash"
    advice = "Build the hash, or reject the presentation."


class KeyBindingMissing(Error):
    """The presentation has no Key Binding JWT, which the policy requires."""

    reason = "KeyBindingMissing"
    status = 880
    cause = "a holder that was not asked for a proof, or a stolen credential"
    advice = "Ask for a presentation with key binding."


class KeyBindingUnexpected(Error):
    """The presentation has a Key Binding JWT, which the policy does not allow."""

    reason = "KeyBindingUnexpected"
    status = 881
    cause = "a policy that forbids key binding"
    advice = "Use a policy that requires or allows it."


STAGES: Dict[str, Type[Error]] = {
    "usage": AtUsage,
    "token": AtToken,
    "header": AtHeader,
    "algorithm": AtAlgorithm,
    "key": AtKey,
    "signature": AtSignature,
    "payload": AtPayload,
    "claims": AtClaims,
    "time": AtTime,
    "key set": AtKeySet,
    "PKCE": AtPkce,
    "text": AtText,
    "proof": AtProof,
    "replay": AtReplay,
    "disclosure": AtDisclosure,
}
REASONS: Dict[int, Type[Error]] = {
    1: NullPointer,
    2: BadMemory,
    3: StructSize,
    4: Overlap,
    5: MemoryTooSmall,
    6: ScratchTooSmall,
    7: BufferTooSmall,
    8: NotAKeyTable,
    9: UnsupportedPolicy,
    10: PolicyIncomplete,
    11: PolicyEmpty,
    12: PolicyContradiction,
    13: LeewayTooLong,
    14: TimeKind,
    15: Stale,
    16: NotText,
    17: PayloadNotOpaque,
    18: ReadOnly,
    19: UnknownResponseType,
    20: PolicyTwice,
    21: PolicyValue,
    22: PolicyScope,
    23: NotAReplayCache,
    24: ReplayLimits,
    25: ReplayShare,
    26: NotAProofKeyCache,
    101: TokenTooLong,
    102: TokenParts,
    103: TokenEncrypted,
    104: HeaderTooLong,
    151: Base64Character,
    152: Base64Padding,
    153: Base64Length,
    154: Base64TrailingBits,
    201: JsonSyntax,
    202: JsonEncoding,
    203: JsonSurrogate,
    204: JsonNesting,
    205: JsonMembers,
    206: JsonDuplicate,
    207: JsonNotAnObject,
    208: JsonTooLong,
    301: AlgorithmMissing,
    302: HeaderType,
    303: HeaderCritical,
    304: HeaderUnsupported,
    305: NestedToken,
    306: HeaderMismatch,
    351: AlgorithmNone,
    352: AlgorithmUnknown,
    353: AlgorithmNotBuilt,
    354: AlgorithmNotAllowed,
    401: KeyMalformed,
    402: KeyUnsupported,
    403: KeyNotForVerification,
    404: KeyContradiction,
    405: KeyWeak,
    406: KeyPrivate,
    407: KeyNotOnCurve,
    408: KeyWidth,
    409: KeyOutOfRange,
    410: KeySecret,
    411: KeyIdTooLong,
    412: KeyTableFull,
    413: KeySetMalformed,
    414: KeyNotSecret,
    415: KeyEncoding,
    416: ImageForeign,
    417: ImageTruncated,
    418: ImageCorrupt,
    419: ImageUnexpected,
    420: ImageOutdated,
    421: KeyPssParameters,
    422: KeyIsCertificate,
    423: KeyPemMalformed,
    424: KeyPemMissing,
    425: KeyCurveUnnamed,
    430: KeyRevoked,
    431: KeyLeadingZero,
    432: KeyShortCoordinate,
    451: KeyNotFound,
    452: KeyTooManyCandidates,
    453: KeyUnfit,
    454: KeyExpired,
    455: KeyNotYetValid,
    456: KeyOfAnotherIssuer,
    501: SignatureLength,
    502: SignatureInvalid,
    503: SignatureIsDer,
    504: SignatureSalt,
    601: ClaimMissing,
    602: ClaimType,
    603: ClaimMismatch,
    604: WrongIssuer,
    605: WrongAudience,
    606: UntrustedAudience,
    607: WrongTokenType,
    608: WrongTokenKind,
    609: WrongAuthorizedParty,
    610: WrongNonce,
    611: WrongHash,
    612: ScopeMissing,
    613: TokenTooOld,
    614: AuthenticationTooOld,
    615: IssuedInFuture,
    616: TokenBound,
    617: TokenNotMarked,
    618: ConfirmationUnknown,
    619: WrongConfirmation,
    620: TokenNotBound,
    630: WrongSubject,
    631: WrongAuthenticationContext,
    632: AuthenticationMethodMissing,
    633: NotAsOriginal,
    634: WrongClient,
    635: UserMissing,
    636: UserPresent,
    637: ScopeAmbiguous,
    640: NotIssuedByFlow,
    641: StatusInvalid,
    642: StatusSuspended,
    643: StatusOther,
    644: StatusListMismatch,
    645: StatusOutOfRange,
    650: DateOutOfRange,
    701: Expired,
    702: NotYetValid,
    703: TimeUnavailable,
    704: LifetimeTooLong,
    801: CodeVerifierMalformed,
    802: CodeChallengeMalformed,
    803: CodeChallengeMethod,
    804: PkceMismatch,
    805: PkceDowngrade,
    806: PkceMissing,
    851: ProofKeyMissing,
    852: WrongHttpMethod,
    853: WrongHttpUri,
    854: UriMalformed,
    855: ProofTooOld,
    860: Replayed,
    861: ReplayFull,
    862: ReplayTimeBehind,
    863: IssuedBeforeStart,
    864: ReplayKeyFull,
    871: DisclosureMalformed,
    872: DisclosureTooMany,
    873: DisclosureName,
    874: DisclosureOverwrites,
    875: DisclosureUnreferenced,
    876: DisclosureForbidden,
    877: DigestMalformed,
    878: DigestRepeated,
    879: DigestAlgorithmUnknown,
    880: KeyBindingMissing,
    881: KeyBindingUnexpected,
}

__all__ = [
    "AlgorithmName",
    "CheckName",
    "AtUsage",
    "AtToken",
    "AtHeader",
    "AtAlgorithm",
    "AtKey",
    "AtSignature",
    "AtPayload",
    "AtClaims",
    "AtTime",
    "AtKeySet",
    "AtPkce",
    "AtText",
    "AtProof",
    "AtReplay",
    "AtDisclosure",
    "NullPointer",
    "BadMemory",
    "StructSize",
    "Overlap",
    "MemoryTooSmall",
    "ScratchTooSmall",
    "BufferTooSmall",
    "NotAKeyTable",
    "UnsupportedPolicy",
    "PolicyIncomplete",
    "PolicyEmpty",
    "PolicyContradiction",
    "LeewayTooLong",
    "TimeKind",
    "Stale",
    "NotText",
    "PayloadNotOpaque",
    "ReadOnly",
    "UnknownResponseType",
    "PolicyTwice",
    "PolicyValue",
    "PolicyScope",
    "NotAReplayCache",
    "ReplayLimits",
    "ReplayShare",
    "NotAProofKeyCache",
    "TokenTooLong",
    "TokenParts",
    "TokenEncrypted",
    "HeaderTooLong",
    "Base64Character",
    "Base64Padding",
    "Base64Length",
    "Base64TrailingBits",
    "JsonSyntax",
    "JsonEncoding",
    "JsonSurrogate",
    "JsonNesting",
    "JsonMembers",
    "JsonDuplicate",
    "JsonNotAnObject",
    "JsonTooLong",
    "AlgorithmMissing",
    "HeaderType",
    "HeaderCritical",
    "HeaderUnsupported",
    "NestedToken",
    "HeaderMismatch",
    "AlgorithmNone",
    "AlgorithmUnknown",
    "AlgorithmNotBuilt",
    "AlgorithmNotAllowed",
    "KeyMalformed",
    "KeyUnsupported",
    "KeyNotForVerification",
    "KeyContradiction",
    "KeyWeak",
    "KeyPrivate",
    "KeyNotOnCurve",
    "KeyWidth",
    "KeyOutOfRange",
    "KeySecret",
    "KeyIdTooLong",
    "KeyTableFull",
    "KeySetMalformed",
    "KeyNotSecret",
    "KeyEncoding",
    "ImageForeign",
    "ImageTruncated",
    "ImageCorrupt",
    "ImageUnexpected",
    "ImageOutdated",
    "KeyPssParameters",
    "KeyIsCertificate",
    "KeyPemMalformed",
    "KeyPemMissing",
    "KeyCurveUnnamed",
    "KeyRevoked",
    "KeyLeadingZero",
    "KeyShortCoordinate",
    "KeyNotFound",
    "KeyTooManyCandidates",
    "KeyUnfit",
    "KeyExpired",
    "KeyNotYetValid",
    "KeyOfAnotherIssuer",
    "SignatureLength",
    "SignatureInvalid",
    "SignatureIsDer",
    "SignatureSalt",
    "ClaimMissing",
    "ClaimType",
    "ClaimMismatch",
    "WrongIssuer",
    "WrongAudience",
    "UntrustedAudience",
    "WrongTokenType",
    "WrongTokenKind",
    "WrongAuthorizedParty",
    "WrongNonce",
    "WrongHash",
    "ScopeMissing",
    "TokenTooOld",
    "AuthenticationTooOld",
    "IssuedInFuture",
    "TokenBound",
    "TokenNotMarked",
    "ConfirmationUnknown",
    "WrongConfirmation",
    "TokenNotBound",
    "WrongSubject",
    "WrongAuthenticationContext",
    "AuthenticationMethodMissing",
    "NotAsOriginal",
    "WrongClient",
    "UserMissing",
    "UserPresent",
    "ScopeAmbiguous",
    "NotIssuedByFlow",
    "StatusInvalid",
    "StatusSuspended",
    "StatusOther",
    "StatusListMismatch",
    "StatusOutOfRange",
    "DateOutOfRange",
    "Expired",
    "NotYetValid",
    "TimeUnavailable",
    "LifetimeTooLong",
    "CodeVerifierMalformed",
    "CodeChallengeMalformed",
    "CodeChallengeMethod",
    "PkceMismatch",
    "PkceDowngrade",
    "PkceMissing",
    "ProofKeyMissing",
    "WrongHttpMethod",
    "WrongHttpUri",
    "UriMalformed",
    "ProofTooOld",
    "Replayed",
    "ReplayFull",
    "ReplayTimeBehind",
    "IssuedBeforeStart",
    "ReplayKeyFull",
    "DisclosureMalformed",
    "DisclosureTooMany",
    "DisclosureName",
    "DisclosureOverwrites",
    "DisclosureUnreferenced",
    "DisclosureForbidden",
    "DigestMalformed",
    "DigestRepeated",
    "DigestAlgorithmUnknown",
    "KeyBindingMissing",
    "KeyBindingUnexpected",
]
