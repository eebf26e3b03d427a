#!/usr/bin/env python3
"""Makes tests/vectors/recipes.json: for each provider of docs/guide/recipes.md its policy, and
tokens with the claims that the provider documents, signed by cryptography (PyPI) with test keys.

recipes.py: needs cryptography. Keys and signatures are random, so a second run writes another file.
"""

import base64
import json
from importlib.metadata import version
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

ROOT = Path(__file__).resolve().parents[3]
NOW = 1_770_000_000
TIMES = {"iat": NOW - 60, "exp": NOW + 3540}
TENANT = "8f3a2c1e-5b7d-4e9a-9c41-2d6f0a8b7c35"
API = "1b4e28ba-2fa1-41d2-883f-0016d3cca427"


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def text(value):
    return encode(json.dumps(value, separators=(",", ":")).encode())


def number(value):
    return encode(value.to_bytes((value.bit_length() + 7) // 8, "big"))


class Issuer:
    algorithm = "RS256"

    def __init__(self, kid):
        self.kid = kid
        self.key = rsa.generate_private_key(65537, 2048)

    def jwks(self):
        public = self.key.public_key().public_numbers()
        key = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.kid}
        return {"keys": [{**key, "n": number(public.n), "e": number(public.e)}]}

    def signature(self, signed):
        return self.key.sign(signed, padding.PKCS1v15(), hashes.SHA256())

    def sign(self, header, claims):
        signed = text({"alg": self.algorithm, "kid": self.kid, **header}) + "." + text(claims)
        return signed + "." + encode(self.signature(signed.encode()))


class TrustDomain(Issuer):
    """The keys are a SPIFFE bundle: one key for X.509-SVIDs, and one for JWT-SVIDs."""

    algorithm = "ES256"

    def __init__(self, kid):
        self.kid = kid
        self.key, self.other = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))

    def jwks(self):
        def jwk(key, more):
            public = key.public_key().public_numbers()
            x, y = (encode(value.to_bytes(32, "big")) for value in (public.x, public.y))
            return {"kty": "EC", "crv": "P-256", "x": x, "y": y, **more}

        keys = [jwk(self.other, {"use": "x509-svid"}), jwk(self.key, {"use": "jwt-svid", "kid": self.kid})]
        return {"keys": keys, "spiffe_sequence": 1, "spiffe_refresh_hint": 300}

    def signature(self, signed):
        r, s = decode_dss_signature(self.key.sign(signed, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def recipe(name, policy, header, claims, others, issuer=Issuer):
    """others: the name of a case, the reason of its rejection or None, and its changed claims (None
    removes one)."""
    issuer = issuer(name.replace(" ", "-"))
    cases = [{"name": "as documented", "reason": None, "token": issuer.sign(header, {**TIMES, **claims})}]
    expired = {"expired": ("Expired", {"exp": NOW - 1})}
    for case, (reason, changes) in {**others, **expired}.items():
        changed = {k: v for k, v in {**TIMES, **claims, **changes}.items() if v is not None}
        cases.append({"name": case, "reason": reason, "token": issuer.sign(header, changed)})
    return {"name": name, "policy": {"algorithms": [issuer.algorithm], **policy}, "jwks": issuer.jwks(), "cases": cases}


def keycloak():
    issuer = "https://keycloak.example/realms/shop"
    claims = {
        "jti": "onrtac:6f1c0a9e-2f7b-4a55-8f0e-3c1b7a9d2e44",
        "iss": issuer,
        "aud": ["orders-api", "account"],
        "sub": "c0f7f6a2-3a3b-4c57-9f7e-5b1d2c9e8a10",
        "typ": "Bearer",
        "azp": "web-shop",
        "sid": "b7d6c7f0-52d4-4b0e-a0c5-0f9b7a3c6d21",
        "acr": "1",
        "allowed-origins": ["https://shop.example"],
        "realm_access": {"roles": ["offline_access", "uma_authorization", "default-roles-shop"]},
        "resource_access": {"orders-api": {"roles": ["reader"]}, "account": {"roles": ["view-profile"]}},
        "scope": "openid email profile",
        "email_verified": True,
        "preferred_username": "zoe",
    }
    policy = {
        "profile": "access token",
        "issuer": issuer,
        "audiences": ["orders-api"],
        "markers": ["scope"],
        "client_claim": "azp",
        "clients": ["web-shop"],
        "rules": [
            {"kind": "equals", "path": ["typ"], "value": "Bearer"},
            {"kind": "contains", "path": ["resource_access", "orders-api", "roles"], "value": "reader"},
        ],
    }
    return recipe("Keycloak", policy, {"typ": "JWT"}, claims, {
        "without a mapper for the audience": ("WrongAudience", {"aud": "account"}),
        "an ID token": ("WrongAudience", {"typ": "ID", "aud": "web-shop", "at_hash": "x", "scope": None}),
        "without the role": ("ClaimMissing", {"resource_access": {"account": {"roles": ["reader"]}}}),
        "another client": ("WrongClient", {"azp": "admin-cli"}),
        "another realm": ("WrongIssuer", {"iss": "https://keycloak.example/realms/master"}),
    })


def okta():
    issuer = "https://dev-1234567.okta.com/oauth2/default"
    claims = {
        "ver": 1,
        "jti": "AT.5nP1cNq0kC8o4n9yS2fXl3vT7wE6bR1uY0aZ",
        "iss": issuer,
        "aud": "api://default",
        "cid": "0oa2mv8c5m9Hd6q2t5d7",
        "uid": "00u1pk7cz4TBNbdGr5d7",
        "scp": ["openid", "orders:read"],
        "auth_time": NOW - 120,
        "sub": "zoe@shop.example",
    }
    policy = {
        "profile": "access token",
        "issuer": issuer,
        "audiences": ["api://default"],
        "markers": ["cid"],
        "scopes": ["orders:read"],
        "client_claim": "cid",
        "user": {"kind": "present", "path": ["uid"]},
    }
    return recipe("Okta", policy, {}, claims, {
        "an app without a user": ("UserMissing", {"uid": None, "sub": "0oa2mv8c5m9Hd6q2t5d7"}),
        "without the scope": ("ScopeMissing", {"scp": ["openid"]}),
        "an ID token": ("WrongAudience", {"aud": "0oa2mv8c5m9Hd6q2t5d7", "cid": None, "uid": None, "scp": None, "at_hash": "x"}),
        "the server of the organisation": ("WrongIssuer", {"iss": "https://dev-1234567.okta.com"}),
    })


ENTRA = {
    "aud": API,
    "iss": f"https://login.microsoftonline.com/{TENANT}/v2.0",
    "nbf": NOW - 60,
    "aio": "AXQAi/8TAAAA",
    "azp": "6e74172b-be56-4843-9ff4-e66a39bb12e3",
    "azpacr": "1",
    "oid": "690222be-ff1a-4d56-abd1-7e4f7d38e474",
    "rh": "0.ARwA",
    "sub": "HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ",
    "tid": TENANT,
    "uti": "fqiBqXLPj0eQa82S-IYFAA",
    "ver": "2.0",
}


def entra_user():
    claims = {**ENTRA, "idtyp": "user", "scp": "Orders.Read", "name": "Zoë", "preferred_username": "zoe@shop.example"}
    policy = {
        "profile": "access token",
        "issuer": f"https://login.microsoftonline.com/{TENANT}/v2.0",
        "audiences": [API],
        "markers": ["scp"],
        "scopes": ["Orders.Read"],
        "scope_claim": "scp",
        "client_claim": "azp",
        "user": {"kind": "equals", "path": ["idtyp"], "value": "user"},
    }
    return recipe("Entra ID, user", policy, {"typ": "JWT", "x5t": "nOo3ZDrODXEK1jKWhXslHR_KXEg"}, claims, {
        "an app without a user": ("ScopeMissing", {"scp": None, "roles": ["Orders.Read.All"], "idtyp": "app"}),
        "another tenant": ("WrongIssuer", {"iss": "https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47/v2.0"}),
        "version 1": ("WrongIssuer", {"ver": "1.0", "iss": f"https://sts.windows.net/{TENANT}/", "aud": f"api://{API}"}),
        "for Graph": ("WrongAudience", {"aud": "00000003-0000-0000-c000-000000000000"}),
    })


def entra_app():
    claims = {**ENTRA, "idtyp": "app", "roles": ["Orders.Read.All"], "sub": ENTRA["oid"]}
    policy = {
        "profile": "access token",
        "issuer": "https://login.microsoftonline.com/{tid}/v2.0",
        "issuer_is_template": True,
        "audiences": [API],
        "markers": ["roles"],
        "client_claim": "azp",
        "reject_user": {"kind": "equals", "path": ["idtyp"], "value": "app"},
        "rules": [
            {"kind": "equals", "path": ["tid"], "value": TENANT},
            {"kind": "contains", "path": ["roles"], "value": "Orders.Read.All"},
        ],
    }
    return recipe("Entra ID, app only", policy, {"typ": "JWT", "x5t": "nOo3ZDrODXEK1jKWhXslHR_KXEg"}, claims, {
        "a user with the role": ("UserPresent", {"idtyp": "user", "scp": "Orders.Read", "sub": ENTRA["sub"]}),
        "without the role": ("ClaimMismatch", {"roles": ["Orders.Other"]}),
        "another tenant": ("ClaimMismatch", {
            "tid": "72f988bf-86f1-41af-91ab-2d7cd011db47",
            "iss": "https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47/v2.0"}),
        "an issuer of another tenant": ("WrongIssuer", {"iss": "https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47/v2.0"}),
    })


def cognito():
    issuer = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_A1b2C3d4E"
    claims = {
        "sub": "a3b4c5d6-1f2e-4d3c-9b8a-7f6e5d4c3b2a",
        "cognito:groups": ["readers"],
        "iss": issuer,
        "version": 2,
        "client_id": "6t5r4e3w2q1p0o9i8u7y6t5r4e",
        "origin_jti": "2c9b0f0e-8a3f-4a61-8a58-6f5b0c9f7d11",
        "event_id": "f1e2d3c4-b5a6-4978-8c6d-5e4f3a2b1c0d",
        "token_use": "access",
        "scope": "openid orders/read",
        "auth_time": NOW - 60,
        "jti": "1d2c3b4a-5f6e-4d7c-8b9a-0f1e2d3c4b5a",
        "username": "zoe",
    }
    policy = {
        "profile": "access token",
        "issuer": issuer,
        "audiences": ["6t5r4e3w2q1p0o9i8u7y6t5r4e"],
        "audience_claim": "client_id",
        "markers": ["token_use"],
        "scopes": ["orders/read"],
    }
    return recipe("Cognito", policy, {}, claims, {
        "an ID token": ("ClaimMissing", {"token_use": "id", "aud": claims["client_id"], "client_id": None, "scope": None}),
        "another client": ("WrongAudience", {"client_id": "0000000000000000000000000a"}),
        "without the scope": ("ScopeMissing", {"scope": "openid"}),
        "another pool": ("WrongIssuer", {"iss": issuer + "x"}),
    })


def auth0():
    issuer = "https://shop.eu.auth0.com/"
    claims = {
        "iss": issuer,
        "sub": "auth0|65a1b2c3d4e5f60718293a4b",
        "aud": ["https://api.shop.example", "https://shop.eu.auth0.com/userinfo"],
        "azp": "q1W2e3R4t5Y6u7I8o9P0a1S2d3F4g5H6",
        "scope": "openid profile orders:read",
        "permissions": ["orders:read"],
    }
    policy = {
        "profile": "access token",
        "issuer": issuer,
        "audiences": ["https://api.shop.example"],
        "markers": ["scope"],
        "scopes": ["orders:read"],
        "client_claim": "azp",
        "clients": ["q1W2e3R4t5Y6u7I8o9P0a1S2d3F4g5H6"],
    }
    return recipe("Auth0", policy, {"typ": "JWT"}, claims, {
        "an issuer without the slash": ("WrongIssuer", {"iss": "https://shop.eu.auth0.com"}),
        "an ID token": ("WrongAudience", {"aud": claims["azp"], "azp": None, "scope": None, "updated_at": "2026-02-01T00:00:00.000Z"}),
        "for userinfo alone": ("WrongAudience", {"aud": "https://shop.eu.auth0.com/userinfo"}),
        "another client": ("WrongClient", {"azp": "x"}),
    })


def google():
    claims = {
        "iss": "https://accounts.google.com",
        "aud": "https://orders.shop.example",
        "azp": "112233445566778899001",
        "sub": "112233445566778899001",
        "email": "caller@shop-prod.iam.gserviceaccount.com",
        "email_verified": True,
    }
    policy = {
        "profile": "ID token",
        "issuer": "https://accounts.google.com",
        "audiences": ["https://orders.shop.example"],
        "nonce_not_sent": True,
        "authorized_parties": ["112233445566778899001"],
        "rules": [{"kind": "equals", "path": ["email"], "value": "caller@shop-prod.iam.gserviceaccount.com"}],
    }
    return recipe("Google", policy, {"typ": "JWT"}, claims, {
        "another account": ("ClaimMismatch", {"email": "caller@other.iam.gserviceaccount.com"}),
        "another party": ("WrongAuthorizedParty", {"azp": "998877665544332211001"}),
        "another service": ("WrongAudience", {"aud": "https://billing.shop.example"}),
        "the issuer of old": ("WrongIssuer", {"iss": "accounts.google.com"}),
    })


def kubernetes():
    issuer = "https://kubernetes.default.svc.cluster.local"
    claims = {
        "aud": ["https://orders.shop.svc"],
        "iss": issuer,
        "jti": "7b0a3d0b-7c2e-4d0c-8a1f-6d1e2f3a4b5c",
        "kubernetes.io": {
            "namespace": "shop",
            "node": {"name": "node-1", "uid": "dfafad28-fb3c-4ec2-9c0c-c4a2b1a8b6f0"},
            "pod": {"name": "web-6d4cf56db6-7xk2p", "uid": "5e0bd49b-f040-43b0-99b7-22765a53f7f3"},
            "serviceaccount": {"name": "web", "uid": "4ee9f7d4-3f0e-4b8f-9a53-7a7f2f4a6a55"},
        },
        "nbf": NOW - 60,
        "sub": "system:serviceaccount:shop:web",
    }
    policy = {
        "profile": "JWT",
        "issuer": issuer,
        "audiences": ["https://orders.shop.svc"],
        "rules": [
            {"kind": "equals", "path": ["sub"], "value": "system:serviceaccount:shop:web"},
            {"kind": "present", "path": ["kubernetes.io", "pod", "uid"]},
        ],
    }
    bare = {"namespace": "shop", "serviceaccount": {"name": "web", "uid": "4ee9f7d4-3f0e-4b8f-9a53-7a7f2f4a6a55"}}
    return recipe("Kubernetes", policy, {}, claims, {
        "another account": ("ClaimMismatch", {"sub": "system:serviceaccount:shop:default"}),
        "for the API server": ("WrongAudience", {"aud": [issuer]}),
        "bound to no pod": ("ClaimMissing", {"kubernetes.io": bare}),
        "a secret of old": ("ClaimMissing", {"exp": None}),
    })


def github():
    claims = {
        "jti": "0c9f3a1b-5e7d-4b2a-8f6c-1d2e3f4a5b6c",
        "sub": "repo:octo-org/shop:ref:refs/heads/main",
        "aud": "https://deploy.shop.example",
        "ref": "refs/heads/main",
        "sha": "9b2f5c1d7e3a4b6c8d0e1f2a3b4c5d6e7f8a9b0c",
        "repository": "octo-org/shop",
        "repository_owner": "octo-org",
        "actor_id": "12",
        "repository_visibility": "private",
        "repository_id": "74",
        "repository_owner_id": "65",
        "run_id": "1234567890",
        "run_number": "10",
        "run_attempt": "2",
        "runner_environment": "github-hosted",
        "actor": "zoe",
        "workflow": "deploy",
        "head_ref": "",
        "base_ref": "",
        "event_name": "push",
        "ref_type": "branch",
        "job_workflow_ref": "octo-org/shop/.github/workflows/deploy.yml@refs/heads/main",
        "iss": "https://token.actions.githubusercontent.com",
        "nbf": NOW - 60,
    }
    policy = {
        "profile": "JWT",
        "issuer": "https://token.actions.githubusercontent.com",
        "audiences": ["https://deploy.shop.example"],
        "rules": [
            {"kind": "equals", "path": ["repository_id"], "value": "74"},
            {"kind": "equals", "path": ["ref"], "value": "refs/heads/main"},
            {"kind": "equals", "path": ["event_name"], "value": "push"},
        ],
    }
    return recipe("GitHub Actions", policy, {"typ": "JWT", "x5t": "eBZ_cn3sXYAd0ch4THBKHIgOwOE"}, claims, {
        "a pull request": ("ClaimMismatch", {"event_name": "pull_request", "ref": "refs/pull/7/merge", "sub": "repo:octo-org/shop:pull_request"}),
        "another branch": ("ClaimMismatch", {"ref": "refs/heads/try", "sub": "repo:octo-org/shop:ref:refs/heads/try"}),
        "another repository": ("ClaimMismatch", {"repository_id": "75"}),
        "the audience that nobody chose": ("WrongAudience", {"aud": "https://github.com/octo-org"}),
    })


def spire():
    claims = {"aud": ["https://orders.shop.svc"], "sub": "spiffe://shop.example/ns/shop/sa/web"}
    policy = {
        "profile": "JWT-SVID",
        "issuer": "spiffe://shop.example",
        "key_use": "jwt-svid",
        "audiences": ["https://orders.shop.svc"],
        "rules": [{"kind": "equals", "path": ["sub"], "value": "spiffe://shop.example/ns/shop/sa/web"}],
    }
    return recipe("SPIRE", policy, {"typ": "JWT"}, claims, {
        "another workload": ("ClaimMismatch", {"sub": "spiffe://shop.example/ns/shop/sa/job"}),
        "another trust domain": ("WrongSubject", {"sub": "spiffe://shop.example.org/ns/shop/sa/web"}),
        "for another service": ("WrongAudience", {"aud": ["https://billing.shop.svc"]}),
        "the server itself": ("WrongSubject", {"sub": "spiffe://shop.example"}),
    }, TrustDomain)


def transaction_tokens():
    claims = {
        "iss": "https://txn.shop.example",
        "aud": "https://shop.example",
        "sub": "00u1pk7cz4TBNbdGr5d7",
        "txn": "97053963-771d-49cc-a4e3-20aad399c312",
        "scope": "orders.read orders.refund",
        "req_wl": "spiffe://shop.example/ns/edge/sa/gateway",
        "tctx": {"order": "1042", "amount": "12.50"},
        "rctx": {"req_ip": "192.0.2.7", "authn": "urn:ietf:rfc:6749"},
    }
    policy = {
        "profile": "transaction token",
        "issuer": "https://txn.shop.example",
        "audiences": ["https://shop.example"],
        "scopes": ["orders.refund"],
        "rules": [{"kind": "present", "path": ["tctx", "order"]}],
    }
    return recipe("Transaction tokens", policy, {"typ": "txntoken+jwt"}, claims, {
        "another trust domain": ("WrongAudience", {"aud": "https://billing.example"}),
        "without the scope": ("ScopeMissing", {"scope": "orders.read"}),
        "without the transaction": ("ClaimMissing", {"txn": None}),
        "without the context": ("ClaimMissing", {"tctx": None}),
    })


MAKERS = [keycloak, okta, entra_user, entra_app, cognito, auth0, google, kubernetes, github, spire, transaction_tokens]
document = {
    "title": f"Tokens with the claims that providers document, signed by cryptography {version('cryptography')}",
    "source": "tools/vectors/foreign/recipes.py",
    "licence": "CC0-1.0",
    "now": NOW,
    "recipes": [make() for make in MAKERS],
}
(ROOT / "tests/vectors/recipes.json").write_text(json.dumps(document, indent=1) + "\n")
