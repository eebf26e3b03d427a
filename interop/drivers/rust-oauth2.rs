use driver::Driver;
use oauth2::{PkceCodeChallenge, PkceCodeVerifier};

fn main() {
    let mut driver = Driver::new();
    let pair = |(challenge, verifier): (PkceCodeChallenge, PkceCodeVerifier)| {
        (verifier.secret().clone(), challenge.as_str().to_string())
    };
    driver.pkce("pair", || pair(PkceCodeChallenge::new_random_sha256()));
    driver.pkce("pair of 96 octets", || pair(PkceCodeChallenge::new_random_sha256_len(96)));
    let verifier = PkceCodeVerifier::new(driver.verifier().to_string());
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
    driver.reverse("challenge of a verifier", "challenge", challenge.as_str());
    driver.done();
}
