import pkg from "pkce";
import { asked, many, pkce, reverse } from "./driver.mjs";

pkce("pair", await many(() => {
    const made = pkg.create();
    return [made.codeVerifier, made.codeChallenge];
}));
reverse("challenge of a verifier", "challenge", pkg.createChallenge(asked.verifier));
