//! `keycard keys`.

use crate::answer::Answer;
use crate::key_file::{self, KeyFile};
use clap::{Args, Subcommand};
use keycard::{Algorithm, Key, KeyRules, KeyTable, Keys, Precompute};
use serde_json::{Value, json};
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
        /// The file to write: `.bin`, `.c` (with a `.h` beside it) or `.rs`
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// The version of the key set. A device can reject older versions
        #[arg(long, default_value_t = 1)]
        version: u64,
        /// The maximum size of the precomputed tables of each key: 0, 1KB, 2KB, 4KB, 8KB, 16KB or
        /// 64KB
        #[arg(long, default_value = "0", value_name = "SIZE", value_parser = size)]
        precompute: Precompute,
        /// The name of the table in C and Rust
        #[arg(long, default_value = "keys", value_parser = identifier)]
        name: String,
    },
}

#[derive(Args)]
pub(crate) struct Source {
    /// A file with keys: a JWK Set, one JWK, PEM or DER, or certificates that you trust
    #[arg(long, value_name = "FILE")]
    jwks: PathBuf,
    /// Bind the keys to this algorithm. Repeat for several
    #[arg(long = "algorithm", value_name = "NAME")]
    algorithms: Vec<Algorithm>,
    /// The kid for keys without a kid
    #[arg(long)]
    kid: Option<String>,
    #[command(flatten)]
    permissions: key_file::Permissions,
}

impl Source {
    pub(crate) fn read(&self) -> Result<KeyFile<'_>, String> {
        KeyFile::read(&self.jwks)
    }

    /// Loads the keys, and reports those that were not loaded.
    pub(crate) fn load<'m>(
        &self,
        file: &KeyFile<'_>,
        precompute: Precompute,
        memory: &'m mut Vec<u64>,
    ) -> Result<KeyTable<'m>, String> {
        self.permissions.load(file, &self.rules(precompute), memory)
    }

    /// Like [`load`](Self::load), without a report.
    pub(crate) fn load_again<'m>(
        &self,
        file: &KeyFile<'_>,
        precompute: Precompute,
        memory: &'m mut Vec<u64>,
    ) -> Result<KeyTable<'m>, String> {
        self.permissions.load_again(file, &self.rules(precompute), memory)
    }

    fn rules(&self, precompute: Precompute) -> KeyRules<'_> {
        let mut rules = KeyRules::new().precompute(precompute);
        if !self.algorithms.is_empty() {
            rules = rules.only_for(&self.algorithms);
        }
        if let Some(kid) = &self.kid {
            rules = rules.with_id(kid);
        }
        rules
    }
}

pub(crate) fn run(arguments: &Arguments, as_json: bool) -> Result<Answer, String> {
    let mut memory = Vec::new();
    match &arguments.command {
        Command::List { source } => {
            let table = source.load(&source.read()?, Precompute::None, &mut memory)?;
            let keys = table.view();
            let answer = if keys.is_empty() { Answer::no() } else { Answer::yes() };
            Ok(match as_json {
                true => answer.saying_json(&as_document(keys)),
                false => list(answer, keys),
            })
        }
        Command::Build { source, out, version, precompute, name } => {
            let table = source.load(&source.read()?, *precompute, &mut memory)?;
            if table.view().is_empty() {
                return Err("there is no key for the table".to_owned());
            }
            let document = as_document(table.view());
            let listed = list(Answer::yes(), table.view());
            let image = table.seal(*version);
            let bytes: Vec<u8> = image.iter().flat_map(|word| word.to_le_bytes()).collect();
            let digest: [u8; 32] = Sha256::digest(&bytes).into();
            let named = Named { name, image, version: *version, digest };
            let written = match out.extension().and_then(|extension| extension.to_str()) {
                Some("bin") => bytes,
                Some("c") => {
                    let header = out.with_extension("h");
                    write(&header, named.c_header().as_bytes())?;
                    let file = header.file_name().unwrap_or_default().to_string_lossy();
                    named.c_source(&file).into_bytes()
                }
                Some("rs") => named.rust_source().into_bytes(),
                _ => return Err(format!("{}: not .bin, .c or .rs", out.display())),
            };
            write(out, &written)?;
            if as_json {
                return Ok(Answer::yes().saying_json(&json!({
                    "keys": document,
                    "image_bytes": 8 * image.len(),
                    "version": version,
                    "sha256": hex(&digest),
                })));
            }
            Ok(listed
                .saying(format_args!("{} bytes of image, version {version}", 8 * image.len()))
                .saying(format_args!("SHA-256 {}", hex(&digest))))
        }
    }
}

/// A number of bytes, or of kilobytes if followed by `KB`.
pub(crate) fn size(text: &str) -> Result<Precompute, String> {
    let (digits, unit) = match text.strip_suffix("KB") {
        Some(kilobytes) => (kilobytes, 1024),
        None => (text, 1),
    };
    let bytes = digits.parse::<usize>().ok().and_then(|number| number.checked_mul(unit));
    bytes.and_then(Precompute::from_bytes).ok_or("0, 1KB, 2KB, 4KB, 8KB, 16KB or 64KB".to_owned())
}

/// A name that C and Rust accept. The compiler reports keywords.
fn identifier(text: &str) -> Result<String, String> {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let begins = text.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_');
    match begins && text.chars().all(is_part) {
        true => Ok(text.to_owned()),
        false => {
            Err("only letters, digits and _ are allowed, and the first must not be a digit"
                .to_owned())
        }
    }
}

/// The keys as JSON.
fn as_document(keys: Keys<'_>) -> Value {
    let key = |key: Key<'_>| {
        json!({
            "index": key.index(),
            "kind": format!("{:?}", key.kind()),
            "algorithms": key.algorithms().iter().map(Algorithm::name).collect::<Vec<_>>(),
            "kid": key_id(&key),
            "thumbprint": key.thumbprint().to_text().as_str(),
        })
    };
    keys.iter().map(key).collect()
}

/// The `kid` of a key.
pub(crate) fn key_id(key: &Key<'_>) -> Option<String> {
    let id: Vec<u8> = key.id()?.bytes().collect();
    Some(String::from_utf8_lossy(&id).into_owned())
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

/// Numbers in lines of a fixed length, each formatted by `write`.
fn lines<T: Copy>(numbers: &[T], a_line: usize, write: impl Fn(T) -> String) -> String {
    let lines = numbers.chunks(a_line).map(|line| {
        let numbers: Vec<_> = line.iter().map(|it| write(*it)).collect();
        format!("    {},\n", numbers.join(", "))
    });
    lines.collect()
}

/// The name and the numbers of an image, for C and Rust.
struct Named<'a> {
    name: &'a str,
    image: &'a [u64],
    version: u64,
    digest: [u8; 32],
}

impl Named<'_> {
    /// The words of the image, four in a line.
    fn words(&self, suffix: &str) -> String {
        lines(self.image, 4, |word| format!("0x{word:016x}{suffix}"))
    }

    /// The bytes of the digest, eight in a line.
    fn digest(&self) -> String {
        lines(&self.digest, 8, |byte| format!("0x{byte:02x}"))
    }

    /// The definitions, for the file beside the header with this name.
    fn c_source(&self, header: &str) -> String {
        let (name, count) = (self.name, self.image.len());
        let (words, digest) = (self.words("u"), self.digest());
        format!(
            "/* A key table made by `keycard keys build`: for keycard_keys_from_image. */\n\
             #include \"{header}\"\n\n\
             const uint64_t {name}[{count}] = {{\n{words}}};\n\n\
             const uint8_t {name}_digest[32] = {{\n{digest}}};\n"
        )
    }

    fn c_header(&self) -> String {
        let (name, count, version) = (self.name, self.image.len(), self.version);
        let capitals = name.to_uppercase();
        format!(
            "/* A key table made by `keycard keys build`: for keycard_keys_from_image. */\n\
             #ifndef KEYCARD_TABLE_{capitals}\n#define KEYCARD_TABLE_{capitals}\n\n\
             #include <stdint.h>\n\n\
             /* The version with which it was sealed: for min_version of the rules. */\n\
             #define {capitals}_VERSION UINT64_C({version})\n\n\
             /* The image, of sizeof {name} bytes. */\n\
             extern const uint64_t {name}[{count}];\n\n\
             /* Its SHA-256: for digest32 of the rules. */\n\
             extern const uint8_t {name}_digest[32];\n\n#endif\n"
        )
    }

    fn rust_source(&self) -> String {
        let (name, count, version) = (self.name.to_uppercase(), self.image.len(), self.version);
        let (words, digest) = (self.words(""), self.digest());
        format!(
            "/// A key table made by `keycard keys build`: for `Keys::from_image`.\n\
             pub static {name}: [u64; {count}] = [\n{words}];\n\n\
             /// Its SHA-256: for `ImageRules::with_digest`.\n\
             pub const {name}_DIGEST: [u8; 32] = [\n{digest}];\n\n\
             /// The version with which it was sealed: for `ImageRules::require_min_version`.\n\
             pub const {name}_VERSION: u64 = {version};\n"
        )
    }
}
