//! docs/evidence/oracles.md lists the foreign programs that made the test inputs. It is made from
//! the vectors: `KEYCARD_WRITE_ORACLES=1 cargo test --test adversarial oracles` writes it.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

const PAGE: &str = "docs/evidence/oracles.md";

/// The forms of a key by the first letters of an algorithm.
const FORMS: [(&str, &[&str]); 7] = [
    ("ES", &["jwks", "jwk", "spki_pem", "spki_der", "raw"]),
    ("RS", &["jwks", "jwk", "spki_pem", "spki_der", "pkcs1_pem", "pkcs1_der", "raw"]),
    ("PS", &["jwks", "jwk", "spki_pem", "spki_der", "pkcs1_pem", "pkcs1_der", "raw"]),
    ("HS", &["jwks", "jwk", "raw"]),
    ("Ed", &["jwks", "jwk", "spki_pem", "spki_der", "raw"]),
    ("ED", &["jwks", "jwk", "spki_pem", "spki_der", "raw"]),
    ("ML", &["jwks", "jwk", "spki_pem", "spki_der", "raw"]),
];

/// The forms of claims, each with a test for it in a payload.
type Job = fn(&str, &Value) -> bool;
const CLAIMS: [(&str, Job); 10] = [
    ("`aud` string", |_, claims| claims["aud"].is_string()),
    ("`aud` array", |_, claims| claims["aud"].is_array()),
    ("`exp` integer", |text, _| expiry(text).bytes().all(|byte| byte.is_ascii_digit())),
    ("`exp` fraction", |text, _| expiry(text).contains('.') && !expiry(text).contains(['e', 'E'])),
    ("`exp` exponent", |text, _| expiry(text).contains(['e', 'E'])),
    ("`scope` string", |_, claims| claims["scope"].is_string()),
    ("`scp` array", |_, claims| claims["scp"].is_array()),
    ("nested", |_, claims| claims["realm_access"]["roles"].is_array()),
    ("escapes", |text, _| text.contains('\\')),
    ("raw UTF-8", |text, _| !text.is_ascii()),
];

/// The number of `exp` as it is written in the payload.
fn expiry(payload: &str) -> &str {
    let (_, rest) = payload.split_once("\"exp\"").unwrap();
    let rest = rest.trim_start().strip_prefix(':').unwrap().trim_start();
    let is_of_number = |c: char| c.is_ascii_digit() || "+-.eE".contains(c);
    rest.split(|c| !is_of_number(c)).next().unwrap()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// The programs by algorithm, form of key and form of claim.
type Cells = BTreeMap<(String, String, usize), BTreeSet<String>>;

fn cells() -> Cells {
    use base64::Engine as _;
    let mut cells = Cells::new();
    for file in std::fs::read_dir(root().join("tests/vectors/foreign")).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let document: Value = serde_json::from_str(&text).unwrap();
        if document["source"] != "tools/vectors/foreign-vectors" {
            continue;
        }
        for case in document["cases"].as_array().unwrap() {
            if case["expect"] != "accept" {
                continue;
            }
            let algorithm = case["policy"]["alg"][0].as_str().unwrap();
            let form = case["key"]["form"].as_str().unwrap_or("jwks");
            let payload = case["token"].as_str().unwrap().split('.').nth(1).unwrap();
            let payload = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(payload).unwrap();
            let payload = String::from_utf8(payload).unwrap();
            let claims: Value = serde_json::from_str(&payload).unwrap();
            for (index, (_, has)) in CLAIMS.iter().enumerate() {
                if has(&payload, &claims) {
                    let cell = (algorithm.to_owned(), form.to_owned(), index);
                    let program = case["source"].as_str().unwrap().to_owned();
                    cells.entry(cell).or_default().insert(program);
                }
            }
        }
    }
    cells
}

/// Every algorithm with every form of its keys.
fn rows() -> impl Iterator<Item = (&'static str, &'static str)> {
    keycard::Algorithm::ALL.iter().flat_map(|algorithm| {
        let name = algorithm.name();
        let (_, forms) = FORMS.iter().find(|(start, _)| name.starts_with(start)).unwrap();
        forms.iter().map(move |form| (name, *form))
    })
}

/// A letter for each program, in the order of their names.
fn letters(cells: &Cells) -> BTreeMap<&str, char> {
    let programs: BTreeSet<&str> = cells.values().flatten().map(String::as_str).collect();
    programs.into_iter().zip('A'..).collect()
}

fn page(cells: &Cells) -> String {
    let letters = letters(cells);
    let mut page = String::from(
        "# Who made the test inputs\n\n\
         Every algorithm, form of key and form of claim has inputs that foreign programs made. `tools/vectors/foreign-vectors`\n\
         asks them for keys and tokens and writes `tests/vectors/foreign`. `tests/adversarial/foreign.rs`, the conformance runner and the\n\
         C ABI (`tools/contract/c-cases`) read them. `tests/adversarial/foreign.rs` also seals each key into an image.\n\n\
         `tests/adversarial/oracles.rs` makes this page from those files. It fails if the page differs from them, or if a cell has\n\
         fewer than two programs.\n\n\
         Each letter is a program and its version:\n\n",
    );
    for (program, letter) in &letters {
        writeln!(page, "- {letter}: {program}").unwrap();
    }
    page.push_str("\nThe columns are forms of claims in the payload:\n\n| algorithm | key |");
    CLAIMS.iter().for_each(|(name, _)| write!(page, " {name} |").unwrap());
    page.push_str("\n| --- | --- |");
    CLAIMS.iter().for_each(|_| page.push_str(" --- |"));
    for (algorithm, form) in rows() {
        write!(page, "\n| {algorithm} | `{form}` |").unwrap();
        for index in 0..CLAIMS.len() {
            let cell = (algorithm.to_owned(), form.to_owned(), index);
            let programs = cells.get(&cell).into_iter().flatten();
            let programs: String = programs.map(|program| letters[program.as_str()]).collect();
            write!(page, " {programs} |").unwrap();
        }
    }
    page.push_str(
        "\n\nForms of keys: `jwks` is a JWK Set, `jwk` one JWK, `spki_…` a SubjectPublicKeyInfo in PEM or DER, `pkcs1_…` an\n\
         RSAPublicKey, `raw` the numbers or bytes of the key, which the generator takes out of another form of the same\n\
         program. Three payloads cover the forms of claims. The generator wrote the text of one of them, with an\n\
         exponent and escapes; each program signed it as it is. OpenSSL and jose have no writer for claims: Python's\n\
         `json` wrote theirs. The verdicts on rejected tokens (flipped bits, ECDSA in DER, PSS with another salt) come\n\
         from the same programs.\n",
    );
    page
}

#[test]
fn every_cell_has_two_foreign_programs() {
    let cells = cells();
    for (algorithm, form) in rows() {
        for (index, (claim, _)) in CLAIMS.iter().enumerate() {
            let cell = (algorithm.to_owned(), form.to_owned(), index);
            let count = cells.get(&cell).map_or(0, BTreeSet::len);
            assert!(count >= 2, "{algorithm}, {form}, {claim}: {count} foreign programs");
        }
    }
}

#[test]
fn the_page_says_what_the_vectors_hold() {
    let page = page(&cells());
    if std::env::var_os("KEYCARD_WRITE_ORACLES").is_some() {
        std::fs::write(root().join(PAGE), &page).unwrap();
    }
    let committed = std::fs::read_to_string(root().join(PAGE)).unwrap_or_default();
    assert!(committed == page, "{PAGE} differs from tests/vectors/foreign");
}
