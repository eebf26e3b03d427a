import pkceChallenge, { generateChallenge } from "pkce-challenge";
import { asked, many, pkce, reverse } from "./driver.mjs";

pkce("pair", await many(async () => {
    const made = await pkceChallenge();
    return [made.code_verifier, made.code_challenge];
}));
reverse("challenge of a verifier", "challenge", await generateChallenge(asked.verifier));
