// Validates tokens with jose. Each input line is a JSON list of questions, each output line a JSON
// list of answers.
import { createInterface } from "node:readline";
import { decodeProtectedHeader, jwtVerify } from "jose";

// The keys of this `kid` and those without one; every key if the token has no `kid`.
function candidates(keys, kid) {
  return keys.filter((key) => typeof kid !== "string" || (key.kid ?? kid) === kid);
}

// The claims of the first key that accepts, or the reason of each that rejects.
async function answer(asked) {
  const token = Buffer.from(asked.token, "base64");
  let kid;
  try {
    kid = decodeProtectedHeader(token.toString()).kid;
  } catch (error) {
    return { reasons: [`header ${words(error)}`] };
  }
  const reasons = [];
  const expected = {
    algorithms: asked.allowed,
    issuer: asked.issuer,
    audience: asked.audience,
    requiredClaims: ["exp", "iss", "aud"],
    clockTolerance: 0,
  };
  for (const key of candidates(asked.keys, kid)) {
    try {
      const { payload } = await jwtVerify(token, key, expected);
      return { claims: JSON.stringify(payload) };
    } catch (error) {
      reasons.push(words(error));
    }
  }
  return { reasons };
}

// The code of an error, with the claim, or its message up to the first value of the token.
function words(error) {
  if (error.claim) return `${error.code} ${error.claim} ${error.reason}`;
  return `${error.code ?? error.name} ${error.message.split(/[:"(]/)[0]}`.trim();
}

for await (const line of createInterface({ input: process.stdin })) {
  const answers = [];
  for (const asked of JSON.parse(line)) answers.push([await answer(asked)]);
  process.stdout.write(JSON.stringify(answers) + "\n");
}
