import jwt from "jwt-simple";
import { randomBytes } from "node:crypto";
import { claims, rsa, token } from "./driver.mjs";

const made = rsa();
token("RS256", jwt.encode(claims, made.privatePem, "RS256"), made.pem);
const secret = randomBytes(32).toString("hex");
const key = { kty: "oct", alg: "HS256", k: Buffer.from(secret).toString("base64url") };
token("HS256", jwt.encode(claims, secret), key, { policy: { alg: ["HS256"] } });
