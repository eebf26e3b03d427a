import passport from "passport-oauth2";
import { many, pkce } from "./driver.mjs";

const options = { authorizationURL: "https://issuer.example/a", tokenURL: "https://issuer.example/t", clientID: "c", pkce: true, state: true };
const strategy = new passport.Strategy(options, () => {});
pkce("pair", await many(() => new Promise((done, fail) => {
    const request = { session: {} };
    strategy.error = fail;
    strategy.redirect = (url) => {
        const { state } = Object.values(request.session)[0];
        done([state.code_verifier, new URL(url).searchParams.get("code_challenge")]);
    };
    strategy.authenticate(request, {});
})));
