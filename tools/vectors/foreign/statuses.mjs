// The half of statuses.py for @sd-jwt/jwt-status-list (npm). Reads a JSON document from standard input: a
// key and recipes of lists. Writes the status list tokens, signed by Node.

import { createPrivateKey, sign } from "node:crypto";
import { createRequire } from "node:module";

const modules = createRequire(`${process.env.STATUS_LIST_MODULES}/`);
const { StatusList, createHeaderAndPayload } = modules("@sd-jwt/jwt-status-list");
const asked = JSON.parse(await new Response(process.stdin).text());
const key = createPrivateKey({ key: asked.key, format: "jwk" });
const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

const tokens = asked.recipes.map(({ bits, values, claims }) => {
  const made = createHeaderAndPayload(new StatusList(values, bits), claims, { alg: "ES256", typ: "statuslist+jwt" });
  const text = `${encode(made.header)}.${encode(made.payload)}`;
  const signature = sign("sha256", Buffer.from(text), { key, dsaEncoding: "ieee-p1363" });
  return `${text}.${signature.toString("base64url")}`;
});
process.stdout.write(JSON.stringify(tokens));
