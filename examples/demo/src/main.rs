//! Shows the purpose of the library in one run: an accepted access token, four rejections of it,
//! and a PKCE pair.

use keycard::pkce::{self, Outcome, Rules, Stored};
use keycard::{Algorithm, Error, KeyTable, Policy, Time, scratch_size};

const KEYS: &str = include_str!("../../../tests/vectors/demo/keys.json");
const OTHER_KEYS: &str = include_str!("../../../tests/vectors/demo/other_keys.json");
const TOKEN: &str = include_str!("../../../tests/vectors/demo/access_token.jwt");
const ISSUER: &str = "https://dev-1234567.okta.example/oauth2/default";
const NOW: i64 = 1_700_000_060;

/// Validates `token` and prints the verdict.
fn show(title: &str, token: &str, keys: &str, audience: &str, now: i64) -> Result<(), Error> {
    // The caller supplies the memory of the keys and the scratch: on a device, two static arrays.
    let mut memory = [0u64; 128];
    let mut keys_in_memory = KeyTable::new(&mut memory)?;
    keys_in_memory.add_jwks(keys)?;

    let policy =
        Policy::access_token(ISSUER, audience, [Algorithm::Rs256]).require_scope("telemetry:write");
    let mut scratch = [0u8; scratch_size(2048)];
    match keycard::validate(token, keys_in_memory.view(), &policy, Time::At(now), &mut scratch) {
        Ok(token) => {
            let claims = token.claims();
            println!("{title:<18} ACCEPTED, verified with {}", token.algorithm());
            println!("{:18}   iss {}", "", claims.string("iss")?);
            println!("{:18}   aud {}", "", claims.string("aud")?);
            println!("{:18}   cid {}", "", claims.string("cid")?);
            println!("{:18}   sub {}", "", claims.string("sub")?);
            for scope in claims.strings("scp")? {
                println!("{:18}   scp {scope}", "");
            }
        }
        Err(error) => println!("{title:<18} REJECTED  {error}"),
    }
    Ok(())
}

fn main() -> Result<(), Error> {
    let audience = "api://default";
    show("as issued", TOKEN, KEYS, audience, NOW)?;

    let at = TOKEN.find('.').map_or(0, |dot| dot + 10);
    let bit = char::from(TOKEN.as_bytes()[at] ^ 1).to_string();
    let mut changed = TOKEN.to_owned();
    changed.replace_range(at..=at, &bit);
    show("one bit changed", &changed, KEYS, audience, NOW)?;
    show("an hour later", TOKEN, KEYS, audience, NOW + 3600)?;
    show("another audience", TOKEN, KEYS, "api://other", NOW)?;
    show("an unknown key", TOKEN, OTHER_KEYS, audience, NOW)?;

    // RFC 7636 appendix B.
    let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    for verifier in [
        "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl",
    ] {
        let stored = Stored::new(challenge, Some("S256"));
        match pkce::verify(Some(stored), Some(verifier.as_bytes()), Rules::new()) {
            Ok(Outcome::Verified) => println!("PKCE …{}        ACCEPTED", &verifier[38..]),
            Ok(Outcome::NotUsed) => println!("PKCE was not used"),
            Err(error) => println!("PKCE …{}        REJECTED  {error}", &verifier[38..]),
        }
    }
    Ok(())
}
