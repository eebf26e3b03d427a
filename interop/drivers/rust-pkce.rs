use driver::Driver;
use pkce::{code_challenge, code_verifier};

fn main() {
    let mut driver = Driver::new();
    for (name, length) in [("pair of 43", 43), ("pair of 128", 128)] {
        driver.pkce(name, || {
            let verifier = code_verifier(length);
            let challenge = code_challenge(&verifier);
            (String::from_utf8(verifier).unwrap(), challenge)
        });
    }
    let challenge = code_challenge(driver.verifier().as_bytes());
    driver.reverse("challenge of a verifier", "challenge", challenge);
    driver.done();
}
