// The test of the addon: node test.mjs KEYS TOKEN EXPIRED, made by an issuer for guard.mjs.
import assert from 'node:assert'
import { readFileSync } from 'node:fs'
import { Validator } from './keycard.mjs'

const [keys, token, expired] = [readFileSync(process.argv[2], 'utf8'), process.argv[3], process.argv[4]]
const issuer = 'https://id.example/oauth2/default', audience = 'api://default'
const rejects = (code, call) => assert.throws(call, (error) => error.code === code, code)

const validator = new Validator(keys, issuer, audience, ['ES256'])
const claims = validator.validate(token)
assert.equal(claims.iss, issuer)
assert.equal(claims.cid, 'fleet')
rejects('Expired', () => validator.validate(expired))
rejects('Expired', () => validator.validate(token, claims.exp))
rejects('WrongAudience', () => new Validator(keys, issuer, 'api://x', ['ES256']).validate(token))
rejects('WrongIssuer', () => new Validator(keys, 'https://x.example', audience, ['ES256']).validate(token))
rejects('AlgorithmNotAllowed', () => new Validator(keys, issuer, audience, ['RS256']).validate(token))
rejects('TimeUnavailable', () => validator.validate(token, NaN))
rejects('TimeUnavailable', () => validator.validate(token, -1))
rejects('Expired', () => validator.validate(token, Infinity))

// Each setting that is given and empty is an error.
rejects('PolicyEmpty', () => new Validator(keys, '', audience, ['ES256']))
rejects('PolicyEmpty', () => new Validator(keys, issuer, '', ['ES256']))
rejects('PolicyIncomplete', () => new Validator(keys, issuer, audience, []))
rejects('UnknownAlgorithm', () => new Validator(keys, issuer, audience, ['none']))
rejects('KeySetEmpty', () => new Validator('{"keys":[]}', issuer, audience, ['ES256']))
assert.throws(() => new Validator(keys, issuer, undefined, ['ES256']))
assert.throws(() => new Validator(keys, issuer, audience))
assert.throws(() => validator.validate())
assert.throws(() => validator.validate(null))

// A string of JavaScript need not be Unicode. A changed character, a cut and a NUL are rejected.
for (const wrong of ['', 'x', `${token}\0`, `${token}\ud800`, token.slice(0, -1), ` ${token}`, token.replace('.', '..')]) {
  assert.throws(() => validator.validate(wrong), wrong)
}
console.log('the addon for Node accepts the right token only')
