import { createSigner } from "fast-jwt";
import { claims, ec, rsa, pair, token } from "./driver.mjs";

const { exp, ...rest } = claims;
for (const [algorithm, made] of [["ES256", ec()], ["PS256", rsa()], ["EdDSA", pair("ed25519")]])
    token(algorithm, createSigner({ key: made.privatePem, algorithm })(claims), made.pem);
const made = ec();
token("expiresIn of 3600, which is 3.6 s", createSigner({ key: made.privatePem, algorithm: "ES256", expiresIn: 3600 })(rest), made.pem);
token("kid", createSigner({ key: made.privatePem, algorithm: "ES256", kid: "first" })(claims), { ...made.jwk, kid: "first" });
