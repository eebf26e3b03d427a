import pemJwk from "pem-jwk";
import { keys, rsa } from "./driver.mjs";

const made = rsa();
const pkcs1 = made.publicKey.export({ type: "pkcs1", format: "pem" });
keys("key", pemJwk.pem2jwk(pkcs1));
keys("PEM", pemJwk.jwk2pem(made.jwk));
