"""Runs a function of an image on an emulated Cortex-M4, instruction by instruction, and can skip
some of them."""

import re
import struct
from array import array
from pathlib import Path

from .images import run

#: The memory that a run can change: variables and buffers of the image from its beginning, the
#: stack from its end.
RAM, RAM_SIZE = 0x20000000, 0x20000
STACK_TOP = RAM + RAM_SIZE - 0x1000
FLASH_SIZE = 0x400000
#: The return address of a function.
STOP = FLASH_SIZE - 0x10
#: Microseconds after which a run counts as endless: a hundred times the longest run.
TOO_LONG = 3_000_000
#: The bits of the program status register that say what is left of a block of conditional
#: instructions.
BLOCK_BITS = 0x0600FC00


class Core:
    """A core with an image in its flash."""

    def __init__(self, image):
        self.image = image
        #: The time limit of a run in microseconds. A run with a hook has no limit, because the hook
        #: is slow.
        self.patience = TOO_LONG
        # This import works only after the package was installed.
        import unicorn
        from unicorn import arm_const

        self.error = unicorn.UcError
        self.code_hook = unicorn.UC_HOOK_CODE
        self.uc = unicorn.Uc(unicorn.UC_ARCH_ARM, unicorn.UC_MODE_THUMB | unicorn.UC_MODE_MCLASS)
        self.uc.ctl_set_cpu_model(arm_const.UC_CPU_ARM_CORTEX_M4)
        names = [f"R{number}" for number in range(13)] + ["SP", "LR", "XPSR"]
        self.registers = [getattr(arm_const, f"UC_ARM_REG_{name}") for name in names]
        self.result, self.status = self.registers[0], self.registers[-1]
        self.counter = arm_const.UC_ARM_REG_PC
        self.uc.mem_map(0, FLASH_SIZE)
        self.uc.mem_map(RAM, RAM_SIZE)
        octets = Path(image.elf).read_bytes()
        table = run([image.target.tool("readelf"), "-lW", image.elf])
        for found in re.findall(r"LOAD +(0x\w+) (0x\w+) 0x\w+ (0x\w+)", table):
            offset, address, length = (int(number, 16) for number in found)
            self.uc.mem_write(address, octets[offset : offset + length])
        self.uc.mem_protect(0, FLASH_SIZE, unicorn.UC_PROT_READ | unicorn.UC_PROT_EXEC)

    def fresh(self):
        """A copy of a core that has not run yet."""
        core = Core(self.image)
        core.take_over(self.state())
        return core

    def call(self, function, argument):
        """Calls a function. Returns its result, or a word for another end of the run."""
        values = [argument] + [0] * 12 + [STACK_TOP, STOP | 1, 1 << 24]
        for register, value in zip(self.registers, values):
            self.uc.reg_write(register, value)
        return self.go_on(function)

    def go_on(self, address):
        try:
            self.uc.emu_start(address | 1, STOP, timeout=self.patience)
        except self.error:
            return "crashed"
        if self.uc.reg_read(self.counter) != STOP:
            return "without an end"
        return self.uc.reg_read(self.result)

    def state(self):
        return [self.uc.reg_read(register) for register in self.registers], bytes(self.uc.mem_read(RAM, RAM_SIZE))

    def take_over(self, state):
        values, memory = state
        self.uc.mem_write(RAM, memory)
        for register, value in zip(self.registers, values):
            self.uc.reg_write(register, value)

    def watch(self, see):
        """Calls `see` before each instruction with its address and size. Once, on a core that has not run yet."""
        self.patience = 0
        self.uc.hook_add(self.code_hook, lambda uc, address, size, _: see(address, size))

    def trace(self, function, argument):
        """The addresses of all instructions of a call, in order."""
        seen = array("I")
        self.watch(lambda address, size: seen.append(address))
        self.call(function, argument)
        return seen

    def read(self, address, length):
        return bytes(self.uc.mem_read(address, length))

    def write(self, address, octets):
        self.uc.mem_write(address, octets)

    def write_words(self, address, words):
        self.write(address, struct.pack(f"<{len(words)}I", *words))


def after_skipping(state):
    """The state of a core that skipped an instruction. If the instruction was in a conditional
    block, the block has one instruction less."""
    (*values, status), memory = state
    block = (status >> 25 & 3) | (status >> 8 & 0xFC)
    block = 0 if block & 7 == 0 else block & 0xE0 | block << 1 & 0x1F
    return [*values, status & ~BLOCK_BITS | (block & 3) << 25 | (block & 0xFC) << 8], memory
