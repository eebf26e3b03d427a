//! A rejected token in words: the expected and the found value, and a hint.

use crate::answer::Answer;
use crate::date;
use crate::names;
use crate::validate::Arguments;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use keycard::{Error, Keys, Member, Reason, Stage};
use serde_json::{Value, json};

/// A rejection and the facts that explain it, as far as they are known.
pub(crate) struct Rejection {
    error: Error,
    expected: Option<String>,
    found: Option<String>,
    hint: Option<String>,
}

/// The maximum number of characters of a found value in the output.
const MOST_SHOWN: usize = 200;

impl Rejection {
    pub(crate) fn of(
        error: Error,
        arguments: &Arguments,
        token: &str,
        keys: Keys<'_>,
        now: i64,
    ) -> Self {
        let facts = Facts { error: &error, arguments, token, keys, now };
        let (expected, found, hint) = (facts.expected(), facts.found(), facts.hint());
        Self { error, expected, found, hint }
    }

    pub(crate) fn answer(&self, as_json: bool) -> Answer {
        if as_json {
            let mut document = document(&self.error);
            document["expected"] = json!(self.expected);
            document["found"] = json!(self.found);
            document["hint"] = json!(self.hint);
            return Answer::no().saying_json(&document);
        }
        let mut answer = Answer::rejected(self.error);
        let lines = [("expected", &self.expected), ("found", &self.found), ("hint", &self.hint)];
        for (name, text) in lines {
            if let Some(text) = text {
                answer.say(format_args!("  {:<9} {text}", format_args!("{name}:").to_string()));
            }
        }
        answer
    }
}

/// A rejection as JSON.
pub(crate) fn document(error: &Error) -> Value {
    json!({
        "accepted": false,
        "status": error.reason().code(),
        "reason": format!("{:?}", error.reason()),
        "stage": error.stage().name(),
        "claim": error.member().map(Member::name),
        "offset": error.offset(),
        "message": error.to_string(),
    })
}

struct Facts<'a> {
    error: &'a Error,
    arguments: &'a Arguments,
    token: &'a str,
    keys: Keys<'a>,
    now: i64,
}

impl Facts<'_> {
    /// A part of the token as JSON. Only shown if it explains the rejection.
    fn part(&self, index: usize) -> Value {
        let part = self.token.split('.').nth(index).unwrap_or_default();
        let decoded = URL_SAFE_NO_PAD.decode(part).unwrap_or_default();
        serde_json::from_slice(&decoded).unwrap_or_default()
    }

    fn expected(&self) -> Option<String> {
        let arguments = self.arguments;
        let one_of = |list: &[String]| match list {
            [] => None,
            [one] => Some(format!("{one:?}")),
            several => Some(format!("one of {several:?}")),
        };
        match self.error.reason() {
            Reason::WrongIssuer => {
                let issuer = arguments.issuer.as_ref().or(arguments.issuer_template.as_ref());
                issuer.map(|issuer| format!("{issuer:?}"))
            }
            Reason::WrongAudience => one_of(&arguments.audience),
            Reason::WrongClient => one_of(&arguments.clients),
            Reason::WrongAuthenticationContext => one_of(&arguments.contexts),
            Reason::ScopeMissing if arguments.any_scope => one_of(&arguments.scopes),
            Reason::ScopeMissing => Some(format!("all of {:?}", arguments.scopes)),
            Reason::UserMissing => arguments
                .require_user
                .as_ref()
                .map(|mark| format!("a user, by --require-user {mark}")),
            Reason::WrongSubject => {
                arguments.subject.as_ref().map(|subject| format!("{subject:?}"))
            }
            Reason::Expired
            | Reason::NotYetValid
            | Reason::IssuedInFuture
            | Reason::LifetimeTooLong => Some(format!("now {}", date::stamp(self.now))),
            Reason::AlgorithmNotAllowed if !arguments.algorithms.is_empty() => {
                let names: Vec<_> = arguments.algorithms.iter().map(|it| it.name()).collect();
                Some(names.join(", "))
            }
            _ => match self.error.member() {
                Some(Member::Rule(index)) => {
                    let rule = arguments.rules.get(usize::from(index))?;
                    Some(format!("--require {rule}"))
                }
                _ => None,
            },
        }
    }

    fn found(&self) -> Option<String> {
        match self.error.stage() {
            // The signature was verified: these claims are from the issuer.
            Stage::Claims | Stage::Time => self.found_claim(),
            // Only the header names a key, and the header is not verified.
            Stage::Key | Stage::Algorithm => {
                let header = self.part(0);
                let id = header.get("kid").map_or("no kid".to_owned(), |id| format!("kid {id}"));
                let algorithm = header.get("alg").map(Value::to_string).unwrap_or_default();
                Some(shortened(&format!("{id}, alg {algorithm}")))
            }
            _ => None,
        }
    }

    fn found_claim(&self) -> Option<String> {
        let (header, payload) = (self.part(0), self.part(1));
        let named = |name: &str| payload.get(name).map(Value::to_string);
        let found = match self.error.member()? {
            Member::Type => header.get("typ").map(Value::to_string),
            Member::Scope => {
                let named = |name| Some(format!("{name} {}", payload.get(name)?));
                let both: Vec<_> = ["scope", "scp"].into_iter().filter_map(named).collect();
                (!both.is_empty()).then(|| both.join(", "))
            }
            Member::Audience => named(self.arguments.audience_from.as_deref().unwrap_or("aud")),
            claim @ (Member::ExpirationTime
            | Member::NotBefore
            | Member::IssuedAt
            | Member::AuthenticationTime) => {
                let value = payload.get(claim.name())?;
                let words = date::of_claim(value, self.now);
                Some(words.map_or(value.to_string(), |words| format!("{value} ({words})")))
            }
            Member::Rule(_) => None,
            claim => named(claim.name()),
        };
        found.map(|found| shortened(&found))
    }

    fn hint(&self) -> Option<String> {
        match self.error.reason() {
            Reason::WrongIssuer => {
                let expected = self.arguments.issuer.as_deref()?;
                let payload = self.part(1);
                let found = payload.get("iss")?.as_str()?;
                let same = expected.trim_end_matches('/') == found.trim_end_matches('/');
                same.then(|| "the two differ only by a slash at the end".to_owned())
            }
            Reason::KeyNotFound | Reason::KeyUnfit => {
                let ids: Vec<_> = self.keys.iter().map(|key| described(&key)).collect();
                Some(shortened(&format!("the keys are: {}", ids.join("; "))))
            }
            Reason::AlgorithmUnknown => names::hint(self.part(0).get("alg")?.as_str()?),
            Reason::SignatureIsDer => {
                Some("the signer must write R and S side by side (RFC 7518 section 3.4)".to_owned())
            }
            Reason::SignatureSalt => Some(
                "the signer must use a salt as long as the hash (RFC 7518 section 3.5)".to_owned(),
            ),
            Reason::JsonEncoding => Some(
                "the signer must encode text as UTF-8 (RFC 8259 section 8.1), not as Latin-1"
                    .to_owned(),
            ),
            _ if self.error.stage() == Stage::Time => None,
            _ => {
                let word = self.token.split_whitespace().next()?;
                let is_scheme = ["bearer", "dpop"].iter().any(|it| word.eq_ignore_ascii_case(it));
                is_scheme.then(|| {
                    format!("pass only the token, without the scheme {word:?} of the header line")
                })
            }
        }
    }
}

/// The `kid` and the algorithms of a key.
fn described(key: &keycard::Key<'_>) -> String {
    let algorithms: Vec<_> = key.algorithms().iter().map(|it| it.name()).collect();
    let id = key.id().map_or("no kid".to_owned(), |id| format!("kid {id:?}"));
    format!("{id} for {}", algorithms.join(", "))
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(MOST_SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
