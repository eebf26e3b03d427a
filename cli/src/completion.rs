//! `keycard completion`.

use crate::answer::Answer;
use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

#[derive(Args)]
pub(crate) struct Arguments {
    /// The shell that reads the script
    shell: Shell,
}

pub(crate) fn run(arguments: &Arguments, as_json: bool) -> Result<Answer, String> {
    if as_json {
        return Err("a completion script is not printed as JSON".to_owned());
    }
    let mut script = Vec::new();
    let mut command = crate::Arguments::command();
    clap_complete::generate(arguments.shell, &mut command, "keycard", &mut script);
    let script = String::from_utf8(script).map_err(|error| error.to_string())?;
    Ok(script.lines().fold(Answer::yes(), Answer::saying))
}
