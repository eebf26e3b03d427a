//! Validators in other languages, each in a process that runs until the end.

use crate::validators::{AUDIENCE, Answer, ISSUER, Job, any};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// The programs that `tools/vectors/differential-oracles` makes, and the validators in each.
const PROGRAMS: [(&str, &[&str]); 3] =
    [("go", &["golang-jwt", "go-jose"]), ("python", &["PyJWT", "joserfc"]), ("node", &["jose"])];

/// A process that reads a line of questions, then writes a line of answers.
pub struct Process {
    names: &'static [&'static str],
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Process {
    /// Starts every program of the folder.
    pub fn start_all(folder: &Path) -> Vec<Self> {
        PROGRAMS.iter().map(|(program, names)| Self::start(&folder.join(program), names)).collect()
    }

    fn start(program: &Path, names: &'static [&'static str]) -> Self {
        let mut command = Command::new(program);
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = child.unwrap_or_else(|error| panic!("{}: {error}", program.display()));
        let questions = child.stdin.take().expect("a pipe");
        let answers = BufReader::new(child.stdout.take().expect("a pipe"));
        Self { names, child, questions, answers }
    }

    pub fn names(&self) -> &'static [&'static str] {
        self.names
    }

    /// Sends a batch. The process reads the whole batch before it answers, so no pipe can fill up.
    pub fn ask(&mut self, questions: &[Job<'_>]) {
        let questions: Vec<_> = questions.iter().map(written).collect();
        let sent = writeln!(self.questions, "{}", Value::from(questions));
        sent.and_then(|()| self.questions.flush()).expect("the process reads");
    }

    /// The answers to the batch. For each question there is one answer for each validator.
    pub fn answers(&mut self) -> Vec<Vec<Answer>> {
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("the process writes");
        let answers: Vec<Vec<Value>> = serde_json::from_str(&line).expect("a line of answers");
        answers.iter().map(|answers| answers.iter().map(read).collect()).collect()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn written(question: &Job<'_>) -> Value {
    json!({
        "token": STANDARD.encode(question.token),
        "keys": question.keys,
        "allowed": question.allowed,
        "issuer": ISSUER,
        "audience": AUDIENCE,
    })
}

/// The claims come as text. Text that is not JSON, such as `Infinity`, becomes `Null`. Of the
/// errors for each key the last one is used, because the last key is most often the right one.
fn read(answer: &Value) -> Answer {
    match (answer["claims"].as_str(), answer["reasons"].as_array()) {
        (Some(claims), _) => Ok(serde_json::from_str(claims).unwrap_or_default()),
        (None, reasons) => {
            let reasons = reasons.into_iter().flatten().rev();
            any(reasons.map(|reason| Err(reason.as_str().expect("text").to_owned())))
        }
    }
}
