// guard.mjs: node guard.mjs KEYS TOKEN prints the client of the token. KEYS is the file of a JWK Set.
import { readFileSync } from 'node:fs'
import { Validator } from './keycard.mjs'

const keys = readFileSync(process.argv[2], 'utf8')
const validator = new Validator(keys, 'https://id.example/oauth2/default', 'api://default', ['ES256'])
try {
  console.log(validator.validate(process.argv[3]).cid)
} catch (error) {
  console.log(error.code) // the name of the reason, such as Expired
}
