import rs from "jsrsasign";
import { asked, claims, ec, keys, reverse, rsa, thumbprint, token } from "./driver.mjs";

for (const [alg, made] of [["ES256", ec()], ["RS256", rsa()], ["PS256", rsa()]]) {
    const header = JSON.stringify({ alg, typ: "JWT" });
    token(alg, rs.KJUR.jws.JWS.sign(alg, header, JSON.stringify(claims), made.privatePem), made.pem);
    const jwk = rs.KEYUTIL.getJWK(made.pem);
    keys(`${alg} key`, jwk);
    if (alg === "ES256") thumbprint("thumbprint", rs.KJUR.jws.JWS.getJWKthumbprint(jwk), jwk);
}
reverse("thumbprint of a key", "thumbprint", rs.KJUR.jws.JWS.getJWKthumbprint(asked.jwk));
