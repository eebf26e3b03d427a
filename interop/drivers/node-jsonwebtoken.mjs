import jwt from "jsonwebtoken";
import { claims, ec, rsa, token } from "./driver.mjs";

for (const [algorithm, made] of [["ES256", ec()], ["ES512", ec("P-521")], ["RS256", rsa()], ["PS256", rsa()]])
    token(algorithm, jwt.sign(claims, made.privatePem, { algorithm }), made.pem);
const { exp, ...rest } = claims;
const { aud, ...without } = rest;
const made = ec();
const sign = (expiresIn) => jwt.sign(rest, made.privatePem, { algorithm: "ES256", expiresIn });
token("expiresIn of one hour", sign("1h"), made.pem);
token('expiresIn of "120", which is 120 ms', sign("120"), made.pem);
token("audience as an option", jwt.sign(without, made.privatePem, { algorithm: "ES256", expiresIn: "1h", audience: [claims.aud] }), made.pem);
