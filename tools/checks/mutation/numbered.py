"""Changes that are each selected by a number, all in one library."""

import collections
import hashlib
import itertools
import json
import re
import subprocess

from mutation.tree import PLAIN, PROGRAMS, ROOT, TREE, WORK, Source, cargo, programs

#: This code is added to the library. It tells whether the mutant with a number is selected.
SWITCH = """
/// Which mutant runs.
#[allow(missing_docs, clippy::all, unsafe_code)]
pub mod mutant {
    extern crate std;
    use core::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
    use std::io::Write as _;

    const NONE: u32 = u32::MAX - 2;
    const RECORDING: u32 = u32::MAX - 1;
    const UNKNOWN: u32 = u32::MAX;
    static ACTIVE: AtomicU32 = AtomicU32::new(UNKNOWN);
    static PASSED: [AtomicBool; COUNT] = [const { AtomicBool::new(false) }; COUNT];

    #[inline(always)]
    pub const fn is(number: u32) -> bool {
        core::intrinsics::const_eval_select((number,), no, look)
    }

    const fn no(_: u32) -> bool {
        false
    }

    #[inline(always)]
    fn look(number: u32) -> bool {
        let active = ACTIVE.load(Relaxed);
        if active > NONE {
            return look_closer(number);
        }
        active == number
    }

    #[cold]
    #[inline(never)]
    fn look_closer(number: u32) -> bool {
        if ACTIVE.load(Relaxed) == UNKNOWN {
            let asked = std::env::var("KEYCARD_MUTANT").unwrap_or_default();
            let active = if asked == "record" { RECORDING } else { asked.parse().unwrap_or(NONE) };
            ACTIVE.store(active, Relaxed);
        }
        if ACTIVE.load(Relaxed) != RECORDING {
            return ACTIVE.load(Relaxed) == number;
        }
        if !PASSED[number as usize].swap(true, Relaxed) {
            let file = std::env::var("KEYCARD_MUTANT_RECORD").unwrap();
            let mut file = std::fs::OpenOptions::new().append(true).create(true).open(file).unwrap();
            file.write_all(std::format!("{number}\\n").as_bytes()).unwrap();
        }
        false
    }
}
"""


# --- changes --------------------------------------------------------------------------------------


def marked(number, text):
    """Marks a text with the number of its mutant, so that a compiler error in it names that mutant."""
    return f"/*<{number}*/{text}/*{number}>*/"


def choice(mutants, changed, unchanged):
    """The first mutant that is selected, or the original text."""
    text = ""
    for number, mutant in mutants:
        text += f"if crate::mutant::is({number}) {{ {marked(number, changed(mutant))} }} else "
    return f"({text}{{ {unchanged} }})"


#: The compiler errors for mismatched types, missing traits and paths, and functions that are not
#: const.
WRONG_TYPE = {"E0277", "E0308", "E0369", "E0433", "E0600", "E0015"}
ARITHMETIC = {"+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>"}


class Change:
    """Writes a range of a file with all its mutants. `inside` writes a range within it."""

    def __init__(self, start, end, rank, mutants, write):
        self.start, self.end, self.rank, self.mutants, self.write = start, end, rank, mutants, write
        self.within = []


def binary(source, operator, places, mutants):
    start, left_end, right_start, end = places
    sign = source.text[left_end:right_start].strip()
    sign = re.sub(r"//.*", "", sign).strip()

    def write(inside):
        left, right = inside(start, left_end), inside(right_start, end)
        if sign in ARITHMETIC:
            both = choice(mutants, lambda it: f"l {it['replacement']} r", f"l {sign} r")
            return f"(match ({left}, {right}) {{ (l, r) => {both} }})"
        if sign.endswith("=") and sign[:-1] in ARITHMETIC:
            both = choice(mutants, lambda it: f"{left} {it['replacement']} r", f"{left} {sign} r")
            return f"(match {right} {{ r => {both} }})"
        return choice(mutants, lambda it: f"{left} {it['replacement']} {right}", f"{left} {sign} {right}")

    return Change(start, end, 1, mutants, write)


def unary(source, places, mutants):
    start, operand, end = places

    def write(inside):
        value = inside(operand, end)
        return choice(mutants, lambda _: value, source.text[start:operand] + value)

    return Change(start, end, 1, mutants, write)


def body(start, end, mutants):
    def write(inside):
        returns = "".join(
            f"if crate::mutant::is({number}) {{ {marked(number, 'return ' + mutant['replacement'] + ';')} }} "
            for number, mutant in mutants
        )
        return returns + inside(start, end)

    return Change(start, end, 0, mutants, write)


def arm(pattern_end, guard, mutants):
    """Removes an arm, or makes a guard always or never true."""

    def write(inside):
        condition = inside(*guard) if guard else "true"
        for number, mutant in mutants:
            asked = marked(number, f"crate::mutant::is({number})")
            if mutant["replacement"] == "true":
                condition = f"({asked} || ({condition}))"
            else:
                condition = f"(!{asked} && ({condition}))"
        return condition if guard else f" if {condition}"

    start, end = guard or (pattern_end, pattern_end)
    return Change(start, end, 0, mutants, write)


def changes(source, shapes, numbered):
    """The changes of a file, and the numbers of the mutants that cannot be written in this way."""
    by_place = collections.defaultdict(list)
    for number, mutant in numbered:
        start = mutant["span"]["start"]
        by_place[mutant["genre"], source.at(start["line"], start["column"])].append((number, mutant))
    found = []
    for kind, *places in shapes:
        places = [source.at(*it) for it in places]
        if kind == "binary" and (mutants := by_place.pop(("BinaryOperator", places[0]), None)):
            found.append(binary(source, places[0], places[1:], mutants))
        elif kind == "unary" and (mutants := by_place.pop(("UnaryOperator", places[0]), None)):
            found.append(unary(source, places[1:], mutants))
        elif kind == "arm":
            guard = tuple(places[2:])
            mutants = by_place.pop(("MatchArm", places[0]), [])
            mutants += by_place.pop(("MatchArmGuard", guard[0]), []) if guard else []
            if mutants:
                found.append(arm(places[1], guard, mutants))
    for (genre, start), mutants in list(by_place.items()):
        if genre == "FnValue":
            end = mutants[0][1]["span"]["end"]
            found.append(body(start, source.at(end["line"], end["column"]), mutants))
            del by_place[genre, start]
    return found, [number for mutants in by_place.values() for number, _ in mutants]


def written(source, found):
    """The file with all changes in it, one within the other."""
    outermost = Change(0, len(source.text), 0, [], None)
    open_ = [outermost]
    for change in sorted(found, key=lambda it: (it.start, -it.end, it.rank)):
        while not (open_[-1].start <= change.start and change.end <= open_[-1].end):
            open_.pop()
        open_[-1].within.append(change)
        open_.append(change)

    def render(change, start, end):
        text, at = "", start
        for inner in change.within:
            if inner.start < start or inner.end > end or inner.start < at:
                continue
            text += source.text[at : inner.start] + inner.write(lambda low, high, inner=inner: render(inner, low, high))
            at = inner.end
        return text + source.text[at:end]

    return render(outermost, 0, len(source.text))


# --- building -------------------------------------------------------------------------------------


def innermost(text, offset):
    """The number of the innermost mutant whose text contains this byte offset."""
    before = text.encode()[:offset].decode(errors="ignore")
    open_ = []
    for mark in re.finditer(r"/\*<(\d+)\*/|/\*(\d+)>\*/", before):
        if mark[1]:
            open_.append(int(mark[1]))
        elif open_ and open_[-1] == int(mark[2]):
            open_.pop()
    return open_[-1] if open_ else None


class Library:
    def __init__(self, mutants):
        self.mutants = mutants
        # A function that returns `impl Trait` has one return type, so two bodies cannot be in one
        # build.
        self.alone = {
            number: "impl" for number, it in enumerate(mutants)
            if it["genre"] == "FnValue" and "impl " in it["function"]["return_type"]
        }  # fmt: skip
        files = sorted({it["file"] for it in mutants})
        self.sources = {file: Source(file) for file in files}
        subprocess.run(
            ["cargo", "build", "--quiet", "--manifest-path", "mutants/Cargo.toml", "--target-dir", str(WORK / "shapes")],
            cwd=ROOT, check=True,
        )  # fmt: skip
        lines = subprocess.run(
            [WORK / "shapes/debug/keycard-mutants", *files], cwd=PLAIN, check=True, capture_output=True, text=True
        ).stdout.splitlines()
        self.shapes = collections.defaultdict(list)
        for file, kind, *places in (line.split("\t") for line in lines):
            self.shapes[file].append((kind, *(tuple(map(int, place.split(":"))) for place in places)))

    def write(self):
        for file, source in self.sources.items():
            numbered = [(n, it) for n, it in enumerate(self.mutants) if it["file"] == file and n not in self.alone]
            found, nowhere = changes(source, self.shapes[file], numbered)
            self.alone |= dict.fromkeys(nowhere, "has no number here")
            (TREE / file).write_text(written(source, found))
        lib = (PLAIN / "src/lib.rs").read_text()
        lib = lib.replace("\nmod ", "\n" + SWITCH.replace("COUNT", str(len(self.mutants))) + "\nmod ", 1)
        at = lib.index("#![cfg_attr(not(test), no_std)]")
        (TREE / "src/lib.rs").write_text(lib[:at] + "#![feature(core_intrinsics, const_eval_select)]\n" + lib[at:])

    def settle(self):
        """Leaves out the mutants that do not compile, until the rest compiles."""
        known = WORK / "unnumbered.json"
        state = hashlib.sha256(json.dumps([it["name"] for it in self.mutants]).encode())
        state.update("".join(source.text for source in self.sources.values()).encode())
        state = state.hexdigest()
        before = json.loads(known.read_text()) if known.exists() else {}
        if before.get("state") == state:
            self.alone |= {int(number): why for number, why in before["alone"].items()}
        for _ in range(30):
            self.write()
            ended, messages = cargo("check", "--lib")
            if ended.returncode == 0:
                known.write_text(json.dumps({"state": state, "alone": self.alone}))
                return
            left = len(self.alone)
            unplaced_errors = []
            for message in (it["message"] for it in messages if it.get("reason") == "compiler-message"):
                if message["level"] != "error" or not message["spans"]:
                    continue
                numbers = set()
                for span in sorted(message["spans"], key=lambda it: not it["is_primary"]):
                    if not span["file_name"].startswith("src/"):
                        continue
                    number = innermost((TREE / span["file_name"]).read_text(), span["byte_start"])
                    if number is not None:
                        numbers.add(number)
                        break
                if (message["code"] or {}).get("code") == "E0004":
                    span = message["spans"][0]
                    numbers = self.arms_behind((TREE / span["file_name"]).read_text(), span["byte_end"])
                for number in numbers:
                    self.alone.setdefault(number, (message["code"] or {}).get("code") or message["message"])
                if not numbers:
                    unplaced_errors.append(message["rendered"])
            if len(self.alone) == left:
                raise SystemExit("mutants: the library does not compile\n" + "".join(unplaced_errors) + ended.stderr[-3000:])
        raise SystemExit("mutants: the library does not settle")

    def arms_behind(self, text, offset):
        """The arms that may be removed from the match whose braces open after an offset in bytes."""
        behind = text.encode()[offset:].decode()
        depth, end = 0, 0
        for end, letter in enumerate(behind):
            depth += (letter == "{") - (letter == "}")
            if letter == "}" and depth == 0:
                break
        numbers = {int(it) for it in re.findall(r"/\*<(\d+)\*/", behind[:end])}
        return {it for it in numbers if self.mutants[it]["genre"] == "MatchArm"}

    def build(self, names):
        """Builds the test programs with these names, and returns them."""
        ended, messages = cargo("test", "--no-run", *itertools.chain(*(PROGRAMS[name] for name in names)))
        if ended.returncode != 0:
            raise SystemExit("mutants: the tests do not compile\n" + ended.stderr[-3000:])
        return programs(messages)
