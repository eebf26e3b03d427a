import { webcrypto } from "node:crypto";
import { many, pkce } from "./driver.mjs";

// It was made for browsers.
globalThis.window = { crypto: webcrypto };
const { default: getPkce } = await import("oauth-pkce");
const make = () => new Promise((done, fail) =>
    (getPkce.default ?? getPkce)(43, (error, made) => (error ? fail(error) : done([made.verifier, made.challenge]))));
pkce("pair", await many(make));
