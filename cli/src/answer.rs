//! The answer of a command: its lines and its exit status, and the code that prints it.

use clap::ColorChoice;
use clap::builder::styling::AnsiColor;
use std::env;
use std::fmt::Display;
use std::io::{ErrorKind, IsTerminal, Write as _};
use std::process::ExitCode;

/// The lines of an answer and its exit status. The lines are printed at the end, so that a command
/// that fails half-way prints nothing.
pub(crate) struct Answer {
    yes: bool,
    /// The first word, which is coloured on a terminal. JSON has none.
    verdict: &'static str,
    text: String,
}

impl Answer {
    pub(crate) fn yes() -> Self {
        Self { yes: true, verdict: "", text: String::new() }
    }

    pub(crate) fn no() -> Self {
        Self { yes: false, verdict: "", text: String::new() }
    }

    /// An answer that begins with the verdict.
    pub(crate) fn accepted() -> Self {
        Self { yes: true, verdict: "ACCEPTED", text: String::new() }.saying("")
    }

    /// An answer that begins with the verdict and the reason.
    pub(crate) fn rejected(reason: impl Display) -> Self {
        let answer = Self { yes: false, verdict: "REJECTED", text: String::new() };
        answer.saying(format_args!("  {reason}"))
    }

    pub(crate) fn is_yes(&self) -> bool {
        self.yes
    }

    /// Adds a line. Control characters from a token are escaped, so they cannot end the line or
    /// move the cursor. JSON in the line stays JSON.
    pub(crate) fn say(&mut self, line: impl Display) {
        self.text.push_str(&harmless(&line.to_string()));
        self.text.push('\n');
    }

    /// The same answer with another line.
    pub(crate) fn saying(mut self, line: impl Display) -> Self {
        self.say(line);
        self
    }

    /// Adds an indented JSON document. Escapes do not change its meaning.
    pub(crate) fn say_json(&mut self, document: &serde_json::Value) {
        for line in format!("{document:#}").lines() {
            self.say(line);
        }
    }

    /// The same answer with a JSON document.
    pub(crate) fn saying_json(mut self, document: &serde_json::Value) -> Self {
        self.say_json(document);
        self
    }

    /// Prints the answer. It is not an error if the reader closes the pipe early, like `head`.
    pub(crate) fn print(self, color: ColorChoice) -> Result<ExitCode, String> {
        let mut out = std::io::stdout().lock();
        let verdict = match (self.verdict, is_colored(color, &out)) {
            ("", _) | (_, false) => self.verdict.to_owned(),
            (verdict, true) => {
                let color = if self.yes { AnsiColor::Green } else { AnsiColor::Red };
                let style = color.on_default().bold();
                format!("{style}{verdict}{style:#}")
            }
        };
        let text = verdict + &self.text;
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                Err(format!("standard output: {error}"))
            }
            _ => Ok(if self.yes { ExitCode::SUCCESS } else { ExitCode::from(1) }),
        }
    }
}

/// True if output is coloured: by default on a terminal, unless `NO_COLOR` is set
/// (<https://no-color.org>) or the terminal has no colours.
fn is_colored(color: ColorChoice, out: &impl IsTerminal) -> bool {
    match color {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => {
            let is_unwanted = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
            let is_dumb = env::var_os("TERM").is_some_and(|terminal| terminal == "dumb");
            out.is_terminal() && !is_unwanted && !is_dumb
        }
    }
}

/// Writes a remark to standard error. An error of writing is ignored.
pub(crate) fn remark(line: impl Display) {
    let _ = writeln!(std::io::stderr(), "{}", harmless(&line.to_string()));
}

/// Like [`remark`], line by line.
pub(crate) fn remark_lines(text: &str) {
    text.lines().for_each(remark);
}

/// True if the character is safe to print. A terminal executes control characters. Format
/// characters (Unicode category Cf) hide or reorder text, for example U+202E.
fn is_harmless(character: char) -> bool {
    match character.is_ascii() {
        true => !character.is_ascii_control(),
        // `escape_debug` keeps exactly the printable characters that begin a grapheme.
        false => character.escape_debug().count() == 1,
    }
}

/// The line with JSON escapes for characters that control a terminal.
fn harmless(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    for character in line.chars() {
        match is_harmless(character) {
            true => text.push(character),
            false => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    text.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    text
}
