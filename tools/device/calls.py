"""The call graph of an image, read from its disassembly: recursion, and the deepest stack."""

import re
from dataclasses import dataclass, field

from .images import Failed, run

#: Functions that are called by address: the purpose, their names, and the names of their callers.
#: The first row that matches a name applies. A function may itself call only functions of the rows
#: above by address.
KINDS = (
    # A function that is in no row may be called from anywhere. It must not call a function by
    # address; if it does, add a row for it.
    ("leaf", r"$^", r""),
    # The functions that return an element of a borrowed list in the C ABI.
    ("element", r"StrSource|RuleSource", r""),
    # The verifier of the program, which takes the place of hardware.
    ("hardware", r"^verify$", r"validate|decide|verify"),
    # The checks of a profile or of a part of a policy.
    (
        "check",
        r"profile.*(check|PART)|6policy(5scope|4rule)|FnOnce.*call_once",
        r"validate|decide|check5check|policy6Policy5check|^job$",
    ),
    # The C program that calls the library.
    ("program", r"^(work|check_everything|validate_all|fault|reset|start|trap|main)$", r"^(stack_of|instructions_of)$"),
)


#: The value of a register that points into a table of branches.
TABLE = "a table of branches"


@dataclass(frozen=True)
class Place:
    """The value of a register that points into a table, which begins at an address."""

    table: int


@dataclass(frozen=True)
class Entry:
    """The value of a register that was read from a table."""

    table: int


@dataclass
class Function:
    name: str
    address: int
    size: int
    frame: int = 0
    #: Ordinary calls (the caller's frame is still on the stack), and tail calls (it is released).
    calls: set = field(default_factory=set)
    tail_calls: set = field(default_factory=set)
    indirect: bool = False
    #: The calls through a register whose value is known.
    addresses: set = field(default_factory=set)
    #: The addresses of the tables that the function jumps through.
    tables: set = field(default_factory=set)


class CallGraph:
    """The functions of an image."""

    def __init__(self, image):
        self.image = image
        self.functions = {}
        #: The disassembly.
        self.text = run([image.target.tool("objdump"), "-d", "-z", "--no-show-raw-insn", image.elf])
        self._read()
        self._resolve_addresses()

    # --- reading ----------------------------------------------------------------------------------

    def _read(self):
        words = {
            int(address, 16): int(word, 16)
            for address, word in re.findall(r"^\s*([0-9a-f]+):\s+\.word\s+0x([0-9a-f]+)", self.text, re.MULTILINE)
        }
        table = run([self.image.target.tool("readelf"), "-sW", self.image.elf])
        code = {name: int(size) for size, name in re.findall(r" (\d+) FUNC .* (\S+)$", table, re.MULTILINE)}
        read = self._read_arm if self.image.target.is_arm else self._read_riscv
        for block in re.split(r"\n(?=[0-9a-f]{8} <)", self.text):
            head = re.match(r"([0-9a-f]{8}) <([^>]+)>:\n", block)
            if head is None or head[2] not in code:
                continue
            function = Function(head[2], int(head[1], 16), code[head[2]])
            self.functions[function.name] = function
            constants = {}
            for line in block.splitlines()[1:]:
                parts = line.split("\t")
                if len(parts) < 2:
                    continue
                operation = parts[1].strip().split(" ")[0]
                operands = parts[2].strip() if len(parts) > 2 else ""
                read(function, operation, operands, "".join(parts[3:]), constants, words)

    def _branch(self, function, operands, is_call):
        target = re.search(r"<([^>+]+)(\+0x[0-9a-f]+)?>", operands)
        if target is None:
            function.indirect = True
        elif target[1] != function.name or is_call and target[2] is None:
            # For a far jump within a function, Thumb-1 uses the call instruction.
            (function.calls if is_call else function.tail_calls).add(target[1])

    def _read_arm(self, function, operation, operands, comment, constants, words):
        def is_number(name):
            return isinstance(constants.get(name), int)

        operation = operation.split(".")[0]
        immediate = re.search(r"#(-?\d+)", operands)
        literal = re.search(r"\b([0-9a-f]+) <", comment)
        register = operands.split(",")[0]
        if operation in ("push", "vpush") or (operation == "stmdb" and operands.startswith("sp!")):
            function.frame += (8 if operation == "vpush" else 4) * _registers(operands)
        elif operation in ("sub", "subw") and operands.startswith("sp, "):
            if immediate:
                function.frame += int(immediate[1])
            else:
                function.frame += self._constant(function, constants, operands.split(", ")[-1])
        elif operation == "add" and re.match(r"sp, r\d", operands):
            # Thumb-1 adds a negative number to the stack pointer on entry, and a positive one on
            # return.
            number = self._constant(function, constants, operands.split(", ")[-1])
            function.frame += (1 << 32) - number if number >= 1 << 31 else 0
        elif operation in ("str", "strd") and operands.endswith("]!") and "[sp, #-" in operands:
            function.frame += -int(immediate[1])
        elif operation == "ldr" and "[pc" in operands and literal:
            constants[register] = words.get(int(literal[1], 16))
        elif operation in ("mov", "movw", "movs") and immediate:
            constants[register] = int(immediate[1])
        elif operation == "lsls" and immediate and f", {register}," in operands and is_number(register):
            # Thumb-1 builds numbers of more than eight bits in several steps.
            constants[register] <<= int(immediate[1])
        elif operation == "movt" and immediate:
            constants[register] = (constants.get(register) or 0) & 0xFFFF | int(immediate[1]) << 16
        elif operation == "add" and ", pc, #" in operands and f"<{function.name}+" in comment:
            constants[register] = TABLE
        elif operation == "adds" and TABLE in map(constants.get, operands.split(", ")[1:]):
            constants[register] = TABLE
        elif operation == "mov" and operands.startswith("pc, r") and constants.get(operands[4:]) == TABLE:
            # The Cortex-M23 jumps into a table of branches. They follow, and are read like others.
            pass
        elif operation == "blx" and is_number(operands):
            # Compilers call a function through a register if it is called often.
            function.addresses.add(constants[operands] & ~1)
        elif operation in ("bl", "blx"):
            self._branch(function, operands, True)
        elif re.fullmatch(r"b(eq|ne|cs|cc|mi|pl|vs|vc|hi|ls|ge|lt|gt|le|hs|lo)?|cbn?z", operation):
            self._branch(function, operands, False)
        elif operation == "bx" and operands != "lr" or operation == "mov" and operands.startswith("pc, r"):
            function.indirect = True
        elif register in constants and not operation.startswith(("str", "cmp", "push")):
            # Other instructions that name a register first may change it.
            del constants[register]

    def _read_riscv(self, function, operation, operands, comment, constants, words):
        def is_number(name):
            return isinstance(constants.get(name), int)

        parts = operands.replace(" ", ",").split(",")
        if operation in ("add", "addi") and operands.startswith("sp,sp,-"):
            function.frame += -int(parts[2])
        elif operation == "sub" and operands.startswith("sp,sp,"):
            function.frame += self._constant(function, constants, parts[2])
        elif operation == "lui":
            constants[parts[0]] = int(parts[1], 16) << 12
        elif operation == "li":
            constants[parts[0]] = int(parts[1], 0)
        elif operation in ("add", "addi") and re.fullmatch(r"-?\d+", parts[2]) and is_number(parts[1]):
            constants[parts[0]] = constants[parts[1]] + int(parts[2])
        elif operation == "add" and any(map(is_number, parts[1:])):
            constants[parts[0]] = Place(next(constants[part] for part in parts[1:] if is_number(part)))
        elif operation == "lw" and isinstance(constants.get(operands[operands.find("(") + 1 : -1]), Place):
            place = constants[operands[operands.find("(") + 1 : -1]]
            constants[parts[0]] = Entry(place.table + int(parts[1].split("(")[0]))
        elif operation == "jr" and isinstance(constants.get(parts[0]), Entry):
            function.tables.add(constants[parts[0]].table)
        elif operation == "jal" or operation == "jalr" and "<" in operands:
            self._branch(function, operands, True)
        elif operation == "jalr":
            function.indirect = True
        elif operation == "jr" and "<" in operands:
            self._branch(function, operands, False)
        elif operation in ("j", "tail") or operation.startswith("b"):
            self._branch(function, operands, False)
        # t0 is the second link register, through which outlined functions return. LLVM makes no
        # tail call through it.
        elif operation == "jr" and parts[0] not in ("ra", "t0"):
            function.indirect = True
        elif parts[0] in constants and operation not in ("sb", "sh", "sw"):
            # Other instructions that name a register first may change it.
            del constants[parts[0]]
        if operation in ("jal", "jalr"):
            # The called function may change all registers but s0 to s11.
            for register in [name for name in constants if not name.startswith("s")]:
                del constants[register]

    def _constant(self, function, constants, register):
        number = constants.get(register)
        if number is None:
            raise Failed(f"{self.image.elf}: {function.name} moves its stack by {register}, which is not known")
        return number

    # --- calls by address -------------------------------------------------------------------------

    def _resolve_addresses(self):
        """Finds the possible targets of every call by address: all functions whose address occurs
        in the image."""
        by_address = {function.address: function.name for function in self.functions.values()}
        content = self._content()
        for function in self.functions.values():
            function.calls |= {by_address[address] for address in function.addresses}
            # A table of branches begins with a place inside the function, and one of functions
            # does not.
            inside = range(function.address + 1, function.address + function.size)
            function.indirect |= any(content.get(table) not in inside for table in function.tables)
        # Thumb functions have an odd address.
        words = {word & ~int(self.image.target.is_arm) for word in content.values()} | self._made
        taken = [function for function in self.functions.values() if function.address in words]
        self.kinds = {function.name: self._kind(function) for function in taken}
        for function in self.functions.values():
            if function.indirect:
                lower = range(self.kinds.get(function.name, len(KINDS)))
                callable_here = {row for row in lower if re.search(KINDS[row][2], function.name)}
                function.calls |= {name for name, kind in self.kinds.items() if kind in callable_here}

    def _content(self):
        """Every word of the image, by its address."""
        found = {}
        for section in (".vectors", ".text", ".rodata", ".data"):
            dump = run([self.image.target.tool("objdump"), "-s", "-j", section, self.image.elf]) if (
                section in self.image.sections()
            ) else ""
            lines = re.findall(r"^ ([0-9a-f]+) ((?:[0-9a-f]{2,8} ){1,4})", dump, re.MULTILINE)
            octets = b"".join(bytes.fromhex(line.replace(" ", "")) for _, line in lines)
            start = int(lines[0][0], 16) if lines else 0
            found |= {start + at: int.from_bytes(octets[at : at + 4], "little") for at in range(0, len(octets) - 3, 4)}
        return found

    @property
    def _made(self):
        """Every address that the code computes."""
        found = set()
        if self.image.target.is_arm:
            low = {}
            for operation, register, number in re.findall(r"\tmov([wt])\t(\w+), #(\d+)", self.text):
                if operation == "w":
                    low[register] = int(number)
                else:
                    found.add((low.get(register, 0) | int(number) << 16) & ~1)
        else:
            # Code computes an address in two steps; objdump prints the result beside the second.
            found |= {int(address, 16) for address in re.findall(r"\taddi?\t.*# ([0-9a-f]{8}) <", self.text)}
        return found

    def _kind(self, function):
        for row, (_, pattern, _) in enumerate(KINDS):
            if re.search(pattern, function.name):
                return row
        if function.indirect:
            name = function.name
            raise Failed(f"{self.image.elf}: {name} is called by address and calls so: give it a row in {__file__}")
        return 0

    # --- answers ----------------------------------------------------------------------------------

    def reachable(self, root):
        seen, waiting = set(), [root]
        while waiting:
            name = waiting.pop()
            if name in seen or name not in self.functions:
                continue
            seen.add(name)
            function = self.functions[name]
            waiting += function.calls | function.tail_calls
        return seen

    def cycle(self, root):
        """A recursive chain of functions below `root`, or None."""
        done, path = set(), []

        def visit(name):
            if name in path:
                return path[path.index(name) :] + [name]
            if name in done or name not in self.functions:
                return None
            path.append(name)
            function = self.functions[name]
            for callee in sorted(function.calls | function.tail_calls):
                found = visit(callee)
                if found:
                    return found
            path.pop()
            done.add(name)
            return None

        return visit(root)

    def stack(self, root):
        """The deepest stack below a call of `root`, in bytes, and the chain that reaches it."""
        known = {}

        def depth(name):
            if name not in self.functions:
                return 0, ()
            if name not in known:
                function = self.functions[name]
                below = [depth(callee) for callee in function.calls]
                here = function.frame + max(below, default=(0, ()))[0]
                chain = max(below, default=(0, ()))[1]
                beside = max((depth(callee) for callee in function.tail_calls), default=(0, ()))
                known[name] = max((here, (name, *chain)), beside)
            return known[name]

        return depth(root)

    def bound(self, root):
        """The most bytes of stack that a call of `root` takes, with any input."""
        if root not in self.functions:
            raise Failed(f"{self.image.elf}: no function {root}")
        if self.cycle(root):
            raise Failed(f"{self.image.elf}: recursion: {' -> '.join(self.cycle(root))}")
        return self.stack(root)[0]


def _registers(operands):
    """The number of registers in a list in braces."""
    inside = re.search(r"\{(.*)\}", operands)[1]
    count = 0
    for part in inside.split(","):
        ends = re.findall(r"\d+", part) if "-" in part else []
        count += int(ends[1]) - int(ends[0]) + 1 if ends else 1
    return count
