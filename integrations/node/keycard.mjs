// The addon as a module. KEYCARD_ADDON is its file; the default is the one that `make node` builds.
import { createRequire } from 'node:module'

const built = '../../target/node/keycard.node'
const { Validator: Native } = createRequire(import.meta.url)(process.env.KEYCARD_ADDON ?? built)

export class Validator {
  #native

  constructor(jwks, issuer, audience, algorithms) {
    this.#native = new Native(jwks, issuer, audience, algorithms)
  }

  // Returns the claims of an accepted token. Throws an error with a code for all others.
  validate(token, now = Date.now() / 1000) {
    return JSON.parse(this.#native.validate(token, now))
  }
}
