//! Key files as OpenSSL, Node and Python write them (`tests/vectors/key_forms`): PEM in every
//! layout, RSASSA-PSS keys, private keys and certificates.

#![cfg(all(
    feature = "pem",
    feature = "es256",
    feature = "es384",
    feature = "rsa",
    feature = "eddsa"
))]

use base64::Engine as _;
use keycard::{Algorithm, Algorithms, Error, KeyReport, KeyRules, KeyTable, Member, Reason};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

const PSS: [Algorithm; 3] = [Algorithm::Ps256, Algorithm::Ps384, Algorithm::Ps512];

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/key_forms").join(name)
}

fn text(name: &str) -> String {
    fs::read_to_string(path(name)).unwrap()
}

/// The bytes of the only block.
fn der(pem: &str) -> Vec<u8> {
    let lines = pem.lines().skip_while(|line| !line.starts_with("-----BEGIN")).skip(1);
    let body: String = lines.take_while(|line| !line.starts_with("-----END")).collect();
    base64::engine::general_purpose::STANDARD.decode(body).unwrap()
}

/// A key of a table: its `kid`, its algorithms, its thumbprint.
type Row = (Option<String>, Algorithms, String);

fn rows(table: &KeyTable<'_>) -> Vec<Row> {
    let keys = table.view();
    keys.iter()
        .map(|key| {
            let id = key.id().map(|id| String::from_utf8(id.bytes().collect()).unwrap());
            (id, key.algorithms(), key.thumbprint().to_text().as_str().to_owned())
        })
        .collect()
}

fn add_pem(rules: &KeyRules<'_>, pem: impl AsRef<[u8]>) -> Result<(KeyReport, Vec<Row>), Error> {
    let mut memory = [0; 512];
    let mut table = KeyTable::new(&mut memory).unwrap();
    let report = table.add_pem(rules, pem)?;
    assert_eq!(report.added(), table.view().len());
    Ok((report, rows(&table)))
}

fn add_der(rules: &KeyRules<'_>, der: &[u8]) -> Result<Vec<Row>, Error> {
    let mut memory = [0; 512];
    let mut table = KeyTable::new(&mut memory).unwrap();
    table.add_der(rules, der)?;
    Ok(rows(&table))
}

/// The reason why a PEM text and its DER are rejected, which must be the same.
fn rejection(rules: &KeyRules<'_>, pem: &str) -> Reason {
    let reason = add_pem(rules, pem).unwrap_err().reason();
    assert_eq!(add_der(rules, &der(pem)).unwrap_err().reason(), reason, "{pem}");
    reason
}

#[test]
fn accepts_pem_in_each_layout_that_openssl_and_node_read() {
    let rules = KeyRules::new();
    let pem = text("rsa_public.pem");
    let expected = add_der(&rules, &der(&pem)).unwrap();
    let lines: Vec<_> = pem.lines().collect();
    let [begin, body @ .., end] = &lines[..] else { panic!("{pem}") };
    let body = body.concat();
    let in_lines = |width: usize, before: &str| {
        let lines = body
            .as_bytes()
            .chunks(width)
            .map(|line| format!("{before}{}\n", std::str::from_utf8(line).unwrap()));
        format!("{begin}\n{}{end}\n", lines.collect::<String>())
    };
    for layout in [
        pem.clone(),
        format!("{pem}\n"),
        format!("\n{pem}"),
        pem.replace('\n', "\r\n"),
        pem.replace('\n', "\r\n") + "\r\n",
        pem.trim_end().to_owned(),
        in_lines(body.len(), ""),
        in_lines(76, ""),
        in_lines(48, ""),
        in_lines(4, ""),
        in_lines(64, "  "),
        pem.replace('\n', " \n"),
        pem.replace('\n', "\t\n"),
        format!("subject=CN=x\n{pem}"),
        format!("{pem}end of file\n"),
        format!("\u{FEFF}{pem}"),
        // Those two programs reject the other layouts, but these are unambiguous, too.
        format!("\t{pem}"),
        pem.replace('\n', "\n\n"),
        pem.replace('\n', "\r"),
        pem.replace('\n', "\n    "),
        format!("{begin}{body}{end}"),
    ] {
        assert_eq!(add_pem(&rules, &layout).unwrap().1, expected, "{layout:?}");
    }
    let pkcs1 = text("rsa_public_pkcs1.pem");
    assert_eq!(add_pem(&rules, &pkcs1).unwrap().1, expected);
    assert_eq!(add_der(&rules, &der(&pkcs1)).unwrap(), expected);
}

#[test]
fn rejects_text_without_a_whole_block_by_name() {
    let pem = text("rsa_public.pem");
    let rules = KeyRules::new();
    for missing in
        ["", "garbage", &pem[1..], "-----BEGIN PUBLIC KEY----", &text("openssh_public.txt")]
    {
        let reason = add_pem(&rules, missing).unwrap_err().reason();
        assert_eq!(reason, Reason::KeyPemMissing, "{missing}");
    }
    for malformed in [
        pem[..100].to_owned(),
        pem.replacen("MII", "M!I", 1),
        pem.replacen("END PUBLIC", "END PRIVATE", 1),
        pem.replacen("AQAB", "AQA", 1),
        pem.replace('\n', "\\n"),
    ] {
        let reason = add_pem(&rules, &malformed).unwrap_err().reason();
        assert_eq!(reason, Reason::KeyPemMalformed, "{malformed}");
    }
    let parameters =
        "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
    assert_eq!(add_pem(&rules, parameters).unwrap_err().reason(), Reason::KeyUnsupported);
}

#[test]
fn rejects_a_curve_that_is_written_out() {
    // RFC 5480 section 2.1.1.
    let rejected = add_pem(&KeyRules::new(), text("p256_explicit.pem")).unwrap_err();
    assert_eq!(rejected.reason(), Reason::KeyCurveUnnamed);
}

#[test]
fn reports_each_block_of_a_text_by_position() {
    let blocks = [
        "private_rsa_pkcs8.pem",
        "rsa_public.pem",
        "certificate_rsa_sign.pem",
        "p256_public.pem",
        "p256_compressed.pem",
        "pss_sha1.pem",
    ];
    let all: String = blocks.iter().map(|name| text(name)).collect();
    let (report, rows) = add_pem(&KeyRules::new().with_id("given"), &all).unwrap();
    assert_eq!((report.added(), report.skipped(), report.rejected()), (2, 1, 3));
    let rejections: Vec<_> =
        report.rejections().iter().map(|it| (it.index, it.error.reason())).collect();
    let expected =
        [(0, Reason::KeyPrivate), (2, Reason::KeyIsCertificate), (5, Reason::KeyPssParameters)];
    assert_eq!(rejections, expected);
    assert!(rows.iter().all(|(id, ..)| id.as_deref() == Some("given")));
}

#[test]
fn rejects_private_keys_as_private_in_each_form() {
    for name in [
        "private_rsa_pkcs8.pem",
        "private_rsa_pkcs1.pem",
        "private_rsa_pkcs1_encrypted.pem",
        "private_rsa_pkcs8_encrypted.pem",
        "private_p256_pkcs8.pem",
        "private_p256_sec1.pem",
        "private_p384_with_parameters.pem",
        "private_ed25519_openssh.pem",
    ] {
        let pem = text(name);
        let rules = KeyRules::new();
        assert_eq!(add_pem(&rules, &pem).unwrap_err().reason(), Reason::KeyPrivate, "{name}");
        // The same block without its end line.
        let half = &pem[..pem.len() / 2];
        let is_whole = name.contains("with_parameters");
        assert!(is_whole || add_pem(&rules, half).unwrap_err().reason() == Reason::KeyPrivate);
    }
    for name in [
        "private_rsa_pkcs8.pem",
        "private_rsa_pkcs1.pem",
        "private_rsa_pkcs8_encrypted.pem",
        "private_p256_pkcs8.pem",
        "private_p256_sec1.pem",
    ] {
        assert_eq!(rejection(&KeyRules::new(), &text(name)), Reason::KeyPrivate, "{name}");
    }
}

#[test]
fn binds_pss_keys_to_what_their_parameters_allow_rfc4055_3_1() {
    for (name, allowed) in [
        ("pss_any", &PSS[..]),
        ("node_pss_any", &PSS),
        ("pss_sha256", &[Algorithm::Ps256]),
        ("pss_sha256_salt20", &[Algorithm::Ps256]),
        ("pss_sha384", &[Algorithm::Ps384]),
        ("node_pss_sha384", &[Algorithm::Ps384]),
        ("pss_sha512", &[Algorithm::Ps512]),
    ] {
        let pem = text(&format!("{name}.pem"));
        let mut memory = [0; 512];
        let mut table = KeyTable::new(&mut memory).unwrap();
        table.add_pem(&KeyRules::new(), &pem).unwrap();
        assert_eq!(rows(&table), add_der(&KeyRules::new(), &der(&pem)).unwrap(), "{name}");
        let key = table.view().iter().next().unwrap();
        assert_eq!(key.algorithms(), Algorithms::of(allowed), "{name}");
        for algorithm in PSS {
            let file = path(&format!("{name}_{}.sig", algorithm.name().to_lowercase()));
            let Ok(signature) = fs::read(file) else { continue };
            let verified = key.verify(algorithm, b"message", &signature);
            assert_eq!(verified.is_ok(), allowed.contains(&algorithm), "{name} {algorithm}");
        }
        let others = KeyRules::new().only_for(Algorithm::Rs256);
        let reason = add_pem(&others, &pem).unwrap_err().reason();
        assert_eq!(reason, Reason::KeyNotForVerification, "{name}");
    }
}

#[test]
fn rejects_pss_parameters_of_no_jose_algorithm_rfc7518_3_5() {
    for name in [
        "pss_sha1",
        "pss_sha256_mgf1_sha512",
        "pss_sha256_salt64",
        "node_pss_sha256_salt33",
        "node_pss_sha512_256",
    ] {
        let reason = rejection(&KeyRules::new(), &text(&format!("{name}.pem")));
        assert_eq!(reason, Reason::KeyPssParameters, "{name}");
    }
    // NULL, which RFC 4055 section 1.2 does not allow, and a trailer other than 1 with correct
    // lengths.
    let any = der(&text("pss_any.pem"));
    let mut null = any.clone();
    let oid = any.windows(9).position(|bytes| bytes.starts_with(&[0x2A, 0x86, 0x48, 0x86, 0xF7]));
    let behind = oid.unwrap() + 9;
    null.splice(behind..behind, [5, 0]);
    null[3] += 2;
    null[5] += 2;
    let reason = add_der(&KeyRules::new(), &null).unwrap_err().reason();
    assert_eq!(reason, Reason::KeyPssParameters);
    let sha256 = der(&text("pss_sha256.pem"));
    for (trailer, expected) in [(1, None), (2, Some(Reason::KeyPssParameters))] {
        let mut longer = sha256.clone();
        // The length of the parameters is at offset 18. The position is after them.
        let end = 19 + usize::from(sha256[18]);
        longer.splice(end..end, [0xA3, 3, 2, 1, trailer]);
        for length in [3, 5, 18] {
            longer[length] += 5;
        }
        let added = add_der(&KeyRules::new(), &longer);
        assert_eq!(added.err().map(|error| error.reason()), expected, "{trailer}");
    }
}

#[test]
fn takes_the_key_of_a_certificate_by_permission_only() {
    let allowed = KeyRules::new().allow_certificates();
    for (name, key) in [
        ("certificate_rsa_sign.pem", Some("rsa_public.pem")),
        ("certificate_p256_none.pem", Some("p256_public.pem")),
        ("certificate_ed_sign.pem", Some("ed25519_public.pem")),
        ("certificate_pss_sha256.pem", Some("pss_sha256.pem")),
        ("certificate_p384_sign.pem", None),
        ("python_certificate_p384_expired.pem", None),
        ("python_certificate_p384_large.pem", None),
    ] {
        let pem = text(name);
        assert_eq!(rejection(&KeyRules::new(), &pem), Reason::KeyIsCertificate, "{name}");
        let (_, rows) = add_pem(&allowed, &pem).unwrap();
        assert_eq!(rows, add_der(&allowed, &der(&pem)).unwrap(), "{name}");
        if let Some(key) = key {
            assert_eq!(rows, add_pem(&KeyRules::new(), text(key)).unwrap().1, "{name}");
        }
    }
    let advice = Reason::KeyIsCertificate.text();
    assert!(advice.contains("openssl x509 -pubkey -noout"), "{advice}");
}

#[test]
fn rejects_certificate_without_signature_usage_rfc5280_4_2_1_3() {
    let allowed = KeyRules::new().allow_certificates();
    for name in
        ["certificate_rsa_ca.pem", "certificate_rsa_enc.pem", "python_certificate_p384_ca.pem"]
    {
        assert_eq!(rejection(&allowed, &text(name)), Reason::KeyNotForVerification, "{name}");
    }
}

#[test]
fn rejects_each_damaged_certificate_and_each_shorter_one() {
    let allowed = KeyRules::new().allow_certificates();
    for name in ["certificate_p256_none.pem", "certificate_rsa_sign.pem"] {
        let whole = der(&text(name));
        for length in 0..whole.len() {
            assert!(add_der(&allowed, &whole[..length]).is_err(), "{name} {length}");
        }
        let longer = [&whole[..], &[0]].concat();
        let reason = add_der(&allowed, &longer).unwrap_err().reason();
        assert_eq!(reason, Reason::KeyEncoding);
        let expected = add_der(&allowed, &whole).unwrap();
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x80;
            // Damage never gives a key of another kind: if a key is loaded, it is on its curve or
            // has its size.
            if let Ok(rows) = add_der(&allowed, &damaged) {
                assert_eq!(rows[0].1, expected[0].1, "{name} {at}");
            }
        }
    }
}

#[test]
fn takes_jwks_with_x5c_alone_by_permission_only_rfc7517_4_7() {
    let set = text("x5c.jwks.json");
    let mut memory = [0; 512];
    let mut table = KeyTable::new(&mut memory).unwrap();
    let report = table.add_jwks(&set).unwrap();
    let rejections: Vec<_> = report
        .rejections()
        .iter()
        .map(|it| (it.index, it.error.reason(), it.error.member()))
        .collect();
    let expected = [0, 1, 4].map(|at| (at, Reason::KeyIsCertificate, Some(Member::Certificates)));
    assert_eq!(rejections, expected);
    assert_eq!(report.added(), 2, "x5c beside the key itself is not looked at");

    table.clear();
    let allowed = KeyRules::new().allow_certificates();
    let report = table.add_jwks_by(&allowed, &set).unwrap();
    let rejections: Vec<_> = report
        .rejections()
        .iter()
        .map(|it| (it.index, it.error.reason(), it.error.member()))
        .collect();
    assert_eq!(rejections, [(3, Reason::KeyContradiction, Some(Member::Certificates))]);
    assert_eq!((report.added(), report.skipped()), (3, 1));
    let rows = rows(&table);
    let ids: Vec<_> = rows.iter().map(|(id, ..)| id.as_deref().unwrap()).collect();
    assert_eq!(ids, ["rsa", "p256", "both"]);
    assert_eq!(rows[0].1, Algorithms::from(Algorithm::Rs256), "alg of the JWK binds");
    let (_, of_pem) = add_pem(&KeyRules::new(), text("rsa_public.pem")).unwrap();
    assert_eq!(rows[0].2, of_pem[0].2);
    assert_eq!(rows[2].2, of_pem[0].2);
}

#[test]
fn compares_n_beside_x5c_as_a_number_rfc7518_2() {
    let set: Value = serde_json::from_str(&text("x5c.jwks.json")).unwrap();
    let both = set["keys"].as_array().unwrap().iter().find(|jwk| jwk["kid"] == "both").unwrap();
    let allowed = KeyRules::new().allow_certificates();
    let engine = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let modulus = engine.decode(both["n"].as_str().unwrap()).unwrap();
    let with = |modulus: &[u8]| {
        let mut jwk = both.clone();
        jwk["n"] = engine.encode(modulus).into();
        let mut memory = [0; 512];
        let mut table = KeyTable::new(&mut memory).unwrap();
        table.add_jwk_by(&allowed, jwk.to_string()).map(drop).map_err(|it| it.reason())
    };
    assert_eq!(with(&[&[0], &modulus[..]].concat()), Ok(()));
    let mut other = modulus.clone();
    other[100] ^= 1;
    assert_eq!(with(&[&[0], &other[..]].concat()), Err(Reason::KeyContradiction));
}

#[test]
fn rejects_x5c_that_is_not_a_certificate_in_base64_rfc7517_4_7() {
    let set: Value = serde_json::from_str(&text("x5c.jwks.json")).unwrap();
    let jwk = &set["keys"][0];
    let allowed = KeyRules::new().allow_certificates();
    let right = jwk["x5c"][0].as_str().unwrap();
    let spki = text("rsa_public.pem");
    for (x5c, expected) in [
        (serde_json::json!([]), Reason::KeyMalformed),
        (serde_json::json!("text"), Reason::KeyMalformed),
        (serde_json::json!([7]), Reason::KeyMalformed),
        (serde_json::json!([""]), Reason::KeyEncoding),
        (serde_json::json!([right.replace('+', "-")]), Reason::KeyMalformed),
        (serde_json::json!([format!("{right}-")]), Reason::KeyMalformed),
        (serde_json::json!([&right[4..]]), Reason::KeyEncoding),
        (serde_json::json!([text("certificate_rsa_sign.pem")]), Reason::KeyMalformed),
        (serde_json::json!([spki.lines().nth(1).unwrap()]), Reason::KeyEncoding),
    ] {
        let mut jwk = jwk.clone();
        jwk["x5c"] = x5c;
        let mut memory = [0; 512];
        let mut table = KeyTable::new(&mut memory).unwrap();
        let error = table.add_jwk_by(&allowed, jwk.to_string()).unwrap_err();
        assert_eq!(
            (error.reason(), error.member()),
            (expected, Some(Member::Certificates)),
            "{jwk}"
        );
    }
    for (member, value) in [("kty", "EC"), ("crv", "P-256"), ("alg", "HS256"), ("use", "enc")] {
        let mut jwk = jwk.clone();
        jwk[member] = value.into();
        let mut memory = [0; 512];
        let mut table = KeyTable::new(&mut memory).unwrap();
        let added = table.add_jwk_by(&allowed, jwk.to_string());
        assert_eq!(added.is_err(), member != "crv", "{jwk}");
    }
}

#[test]
fn takes_maps_of_kid_and_pem_as_firebase_publishes_them() {
    let mut memory = [0; 512];
    let mut table = KeyTable::new(&mut memory).unwrap();
    let report = table.add_jwks(text("certificates_by_kid.json")).unwrap();
    assert_eq!((report.added(), report.rejected()), (0, 3));
    assert!(report.rejections().iter().all(|it| it.error.reason() == Reason::KeyIsCertificate));
    let allowed = KeyRules::new().allow_certificates();
    let report = table.add_jwks_by(&allowed, text("certificates_by_kid.json")).unwrap();
    assert_eq!((report.added(), report.skipped(), report.rejected()), (2, 1, 0));
    let of_certificates = rows(&table);
    table.clear();
    table.add_jwks(text("public_keys_by_kid.json")).unwrap();
    assert_eq!(rows(&table), of_certificates);
    let ids: Vec<_> = of_certificates.iter().map(|(id, ..)| id.as_deref().unwrap()).collect();
    assert_eq!(ids, ["first", "second"]);
    let twice = [text("rsa_public.pem"), text("p256_public.pem")].concat();
    let map = serde_json::json!({ "a": text("rsa_public.pem"), "b": twice, "c": 7, "d": "" });
    let report = table.add_jwks(map.to_string()).unwrap();
    let reasons: Vec<_> = report.rejections().iter().map(|it| it.error.reason()).collect();
    let expected = [Reason::KeyContradiction, Reason::KeyPemMissing, Reason::KeyPemMissing];
    assert_eq!((report.added(), &reasons[..]), (1, &expected[..]));
    for other in [r#"{"issuer":"https://id.example"}"#, "{}", r#"{"a":{}}"#] {
        let error = table.add_jwks(other).unwrap_err();
        assert_eq!(error.reason(), Reason::KeySetMalformed, "{other}");
    }
}
