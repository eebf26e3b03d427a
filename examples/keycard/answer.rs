//! What the tool says, and how it leaves.

use std::fmt::Display;
use std::io::{ErrorKind, Write as _};
use std::process::ExitCode;

/// How a command that could be carried out ended, and the lines that say so. They are printed in one piece, so that a
/// command that fails half-way has said nothing.
pub(crate) struct Answer {
    yes: bool,
    text: String,
}

impl Answer {
    pub(crate) fn yes() -> Self {
        Self { yes: true, text: String::new() }
    }

    pub(crate) fn no() -> Self {
        Self { yes: false, text: String::new() }
    }

    /// Adds a line. What a token says stays within it, and moves no cursor.
    pub(crate) fn say(&mut self, line: impl Display) {
        for character in line.to_string().chars() {
            match character.is_control() {
                true => self.text.extend(character.escape_default()),
                false => self.text.push(character),
            }
        }
        self.text.push('\n');
    }

    /// The same answer with a line more.
    pub(crate) fn saying(mut self, line: impl Display) -> Self {
        self.say(line);
        self
    }

    /// Prints the answer. A reader that has gone, as `head` does, has read what it wanted: the answer stays what it is.
    pub(crate) fn print(self) -> Result<ExitCode, String> {
        let mut out = std::io::stdout().lock();
        match out.write_all(self.text.as_bytes()).and_then(|()| out.flush()) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                Err(format!("standard output: {error}"))
            }
            _ => Ok(if self.yes { ExitCode::SUCCESS } else { ExitCode::from(1) }),
        }
    }
}

/// Says on standard error what is no part of an answer, if anybody is there to hear it.
pub(crate) fn remark(line: impl Display) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
