//! `keycard keys`.

use crate::answer::Answer;
use crate::key_file;
use clap::{Args, Subcommand};
use keycard::{Algorithm, KeyRules, KeyTable, Keys, Prepare};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// List the keys of a file: kind, algorithms, kid, thumbprint
    List {
        #[command(flatten)]
        source: Source,
    },
    /// Build a key table for a device, to be stored in its flash
    Build {
        #[command(flatten)]
        source: Source,
        /// The file to write: `.bin`, `.c` or `.rs`
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// The version of the key set, which a device can refuse to go below
        #[arg(long, default_value_t = 1)]
        version: u64,
        /// What each key may take for what is computed from it once: 0, 1KB, 2KB, 4KB, 8KB, 16KB or 64KB
        #[arg(long, default_value = "0", value_name = "SIZE", value_parser = size)]
        prepare: Prepare,
        /// The name of the table in C and Rust
        #[arg(long, default_value = "keys", value_parser = identifier)]
        name: String,
    },
}

#[derive(Args)]
struct Source {
    /// A file with keys: a JWK Set, one JWK, PEM or DER
    #[arg(long, value_name = "FILE")]
    jwks: PathBuf,
    /// Bind the keys to this algorithm. Repeat for several
    #[arg(long = "algorithm", value_name = "NAME")]
    algorithms: Vec<Algorithm>,
    /// The kid of keys that have none of their own
    #[arg(long)]
    kid: Option<String>,
    /// Take secrets: only if nobody else can read or write the file
    #[arg(long)]
    allow_secrets: bool,
    /// Take the keys of certificates, each of which you trust yourself
    #[arg(long)]
    allow_certificates: bool,
}

impl Source {
    fn load<'m>(&self, prepare: Prepare, memory: &'m mut Vec<u64>) -> Result<KeyTable<'m>, String> {
        let mut rules = KeyRules::new().prepare(prepare);
        if !self.algorithms.is_empty() {
            rules = rules.only_for(&self.algorithms);
        }
        if let Some(kid) = &self.kid {
            rules = rules.with_id(kid);
        }
        if self.allow_secrets {
            rules = rules.allow_secrets();
        }
        if self.allow_certificates {
            rules = rules.allow_certificates();
        }
        key_file::load(&self.jwks, &rules, memory)
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<Answer, String> {
    let mut memory = Vec::new();
    match &arguments.command {
        Command::List { source } => {
            let table = source.load(Prepare::Smallest, &mut memory)?;
            let keys = table.view();
            Ok(list(if keys.is_empty() { Answer::no() } else { Answer::yes() }, keys))
        }
        Command::Build { source, out, version, prepare, name } => {
            let table = source.load(*prepare, &mut memory)?;
            if table.view().is_empty() {
                return Err("there is no key to build a table of".to_owned());
            }
            let listed = list(Answer::yes(), table.view());
            let image = table.seal(*version);
            let bytes: Vec<u8> = image.iter().flat_map(|word| word.to_le_bytes()).collect();
            let digest = hex(&Sha256::digest(&bytes));
            let written = match out.extension().and_then(|extension| extension.to_str()) {
                Some("bin") => bytes,
                Some("c") => c_source(image, name, &digest).into_bytes(),
                Some("rs") => rust_source(image, name, &digest).into_bytes(),
                _ => return Err(format!("{}: not .bin, .c or .rs", out.display())),
            };
            write(out, &written)?;
            Ok(listed
                .saying(format_args!("{} bytes of image, version {version}", 8 * image.len()))
                .saying(format_args!("SHA-256 {digest}")))
        }
    }
}

/// A number of bytes, or of kilobytes with `KB` behind it.
fn size(text: &str) -> Result<Prepare, String> {
    let (digits, unit) = match text.strip_suffix("KB") {
        Some(kilobytes) => (kilobytes, 1024),
        None => (text, 1),
    };
    let bytes = digits.parse::<usize>().ok().and_then(|number| number.checked_mul(unit));
    bytes.and_then(Prepare::from_bytes).ok_or("0, 1KB, 2KB, 4KB, 8KB, 16KB or 64KB".to_owned())
}

/// A name that C and Rust take, but for their own words, of which a compiler will complain.
fn identifier(text: &str) -> Result<String, String> {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let begins = text.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_');
    match begins && text.chars().all(is_part) {
        true => Ok(text.to_owned()),
        false => Err("not letters, digits and _, the first of them no digit".to_owned()),
    }
}

/// The answer with a line for each key.
fn list(mut answer: Answer, keys: Keys<'_>) -> Answer {
    for key in keys.iter() {
        let algorithms: Vec<_> = key.algorithms().iter().map(Algorithm::name).collect();
        let id = key.id().map(|id| format!("{id:?}")).unwrap_or("no kid".to_owned());
        answer.say(format_args!(
            "{} {:?} {} {id} {}",
            key.index(),
            key.kind(),
            algorithms.join(","),
            key.thumbprint().to_text().as_str()
        ));
    }
    answer
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    std::fs::write(path, bytes).map_err(|error| format!("{}: {error}", path.display()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The words of an image, four a line, each as `word` writes it.
fn lines(image: &[u64], word: impl Fn(u64) -> String) -> String {
    let lines = image.chunks(4).map(|line| {
        let words: Vec<_> = line.iter().map(|it| word(*it)).collect();
        format!("    {},\n", words.join(", "))
    });
    lines.collect()
}

fn c_source(image: &[u64], name: &str, digest: &str) -> String {
    let words = lines(image, |word| format!("0x{word:016x}u"));
    let count = image.len();
    format!(
        "/* A key table made by `keycard keys build`: for keycard_keys_from_image.\n   SHA-256 {digest} */\n\
         #include <stdint.h>\n\nextern const uint64_t {name}[{count}];\nconst uint64_t {name}[{count}] = {{\n{words}}};\n"
    )
}

fn rust_source(image: &[u64], name: &str, digest: &str) -> String {
    let words = lines(image, |word| format!("0x{word:016x}"));
    let (count, name) = (image.len(), name.to_uppercase());
    format!(
        "/// A key table made by `keycard keys build`: for `Keys::from_image`.\n/// SHA-256 {digest}\n\
         pub static {name}: [u64; {count}] = [\n{words}];\n"
    )
}
