//! Names of curves and algorithms that some programs use in place of the registered ones.

use keycard::Algorithm;

/// Curves of keys (RFC 7518 section 6.2.1.1, RFC 8037 section 2, RFC 8812 section 3.1).
const CURVES: [&str; 5] = ["P-256", "P-384", "P-521", "secp256k1", "Ed25519"];

/// Other names: of CryptX and ruby-jwt, of PyJWT, and of COSE (RFC 9864 section 2.1).
const OTHERS: [(&str, &str); 5] = [
    ("P-256K", "secp256k1"),
    ("ES521", "ES512"),
    ("ESP256", "ES256"),
    ("ESP384", "ES384"),
    ("ESP512", "ES512"),
];

/// A hint at the registered name, for a curve or algorithm with another name or in another case.
pub(crate) fn hint(name: &str) -> Option<String> {
    let algorithms = Algorithm::ALL.iter().map(|algorithm| algorithm.name());
    let registered = CURVES.into_iter().chain(algorithms);
    let by_case = registered.map(|registered| (registered, registered));
    let mut all = OTHERS.into_iter().chain(by_case);
    let (_, registered) = all.find(|(other, _)| name.eq_ignore_ascii_case(other))?;
    (name != registered).then(|| format!("the registered name of {name:?} is {registered:?}"))
}
