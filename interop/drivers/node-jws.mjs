import jws from "jws";
import { claims, ec, rsa, token } from "./driver.mjs";

for (const [alg, made] of [["ES256", ec()], ["ES512", ec("P-521")], ["RS256", rsa()], ["PS256", rsa()]])
    token(alg, jws.sign({ header: { alg }, payload: claims, secret: made.privatePem }), made.pem);
