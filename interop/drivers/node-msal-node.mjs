import * as msal from "@azure/msal-node";
import { many, pkce } from "./driver.mjs";

const provider = new msal.CryptoProvider();
pkce("pair", await many(async () => {
    const made = await provider.generatePkceCodes();
    return [made.verifier, made.challenge];
}));
