//! PyJWT, in a separate process that measures its own time. The communication with the process is
//! not counted.

use crate::contender::{Contender, Run};
use crate::inputs::{AUDIENCE, ISSUER};
use crate::issuer::{Numbers, PublicKey, encode};
use serde_json::json;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

const NAME: &str = "PyJWT (own process)";

const SCRIPT: &str = include_str!("pyjwt.py");

struct PyJwt {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// PyJWT, or an error if it is not installed.
pub fn contender(key: &PublicKey, tokens: &[String]) -> Contender {
    match PyJwt::start(key, tokens) {
        Some(run) => Contender::peer(NAME, "", run),
        None => Contender::missing(NAME, "not installed"),
    }
}

impl PyJwt {
    fn start(key: &PublicKey, tokens: &[String]) -> Option<Self> {
        let mut child = Command::new("python3")
            .args(["-c", SCRIPT])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let questions = child.stdin.take()?;
        let answers = BufReader::new(child.stdout.take()?);
        let mut started = Self { child, questions, answers };
        let secret = match &key.numbers {
            Numbers::Secret(secret) => encode(secret),
            _ => String::new(),
        };
        let task = json!({
            "algorithm": key.algorithm.name(), "pem": key.pem, "secret": secret,
            "issuer": ISSUER, "audience": AUDIENCE, "tokens": tokens,
        });
        (started.ask(&task.to_string()).as_deref() == Some("ready")).then_some(started)
    }

    fn ask(&mut self, question: &str) -> Option<String> {
        writeln!(self.questions, "{question}").ok()?;
        self.questions.flush().ok()?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer).ok()?;
        Some(answer.trim_end().to_owned())
    }
}

impl Run for PyJwt {
    fn accepts(&mut self, input: usize) -> bool {
        self.ask(&format!("accepts {input}")).as_deref() == Some("True")
    }

    fn time(&mut self, first: usize, count: usize, rotation: usize) -> Duration {
        let answer = self.ask(&format!("time {first} {count} {rotation}"));
        let nanoseconds = answer.and_then(|answer| answer.parse().ok());
        Duration::from_nanos(nanoseconds.expect("the other process answers"))
    }
}

impl Drop for PyJwt {
    fn drop(&mut self) {
        // The process exits when its input ends. It may already have exited.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
