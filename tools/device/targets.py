"""The cores for which firmware is built, and the QEMU machines that run it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """A core: how Rust and C are compiled for it, and how its images are run."""

    name: str
    triple: str
    #: The prefix of its GNU tools.
    tools: str
    #: Options of the C compiler that choose the core.
    core: tuple
    #: The C library, in its small and its fast form.
    small_library: tuple
    fast_library: tuple
    #: The memory map, in ffi-tests/firmware.
    memory: str
    qemu: tuple
    #: Instructions beyond those of the triple, as rustc names them.
    extension: str = ""

    @property
    def is_arm(self):
        return self.tools.startswith("arm")

    @property
    def link_mode(self):
        """The option of the linker that chooses 32 bits, where it can link 64 as well."""
        return "" if self.is_arm else "-m elf32lriscv"

    @property
    def folder(self):
        """The folder of the archives that `make dist` packs for this core."""
        return self.triple + (f"-{self.extension}" if self.extension else "")

    def tool(self, name):
        return self.tools + name

    def needs(self):
        """The packages that tools/need must find for this target."""
        return ["target:" + self.triple, self.tool("gcc"), self.qemu[0]]


def _cortex_m(name, triple, core, machine, memory="mps2.ld", extension=""):
    return Target(
        name=name,
        triple=triple,
        tools="arm-none-eabi-",
        core=("-mthumb", *core),
        small_library=("--specs=nano.specs",),
        fast_library=(),
        memory=memory,
        qemu=("qemu-system-arm", "-M", machine),
        extension=extension,
    )


def _armv8_m(name, triple, core, extension=""):
    return _cortex_m(name, triple, core, "mps2-an505", "mps2-an505.ld", extension)


def _riscv(name, triple, abi="ilp32", without=()):
    return Target(
        name=name,
        triple=triple,
        tools="riscv64-unknown-elf-",
        # Without -misa-spec the compiler does not know the counters, and with them in -march it
        # links the library of another core. The image lies at 2 GiB.
        core=(f"-march={name.replace('riscv', 'rv')}", f"-mabi={abi}", "-misa-spec=2.2", "-mcmodel=medany"),
        small_library=("--specs=picolibc.specs",),
        fast_library=("--specs=picolibc.specs",),
        memory="virt.ld",
        qemu=("qemu-system-riscv32", "-M", "virt", "-bios", "none")
        + ("-cpu", ",".join(["rv32", *(f"{extension}=false" for extension in without)])),
    )


HARD_FLOAT_M4 = ("-mcpu=cortex-m4", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16")
SOFT_M33 = ("-mcpu=cortex-m33", "-mfloat-abi=soft")
HARD_FLOAT_M33 = ("-mcpu=cortex-m33", "-mfloat-abi=hard", "-mfpu=fpv5-sp-d16")


def _by_name(*targets):
    return {target.name: target for target in targets}


#: The cores that `make firmware` proves and `make footprint` measures.
TARGETS = _by_name(
    # QEMU has no Cortex-M0 with this much memory: its code runs on a Cortex-M3.
    _cortex_m("cortex-m0", "thumbv6m-none-eabi", ("-mcpu=cortex-m0",), "mps2-an385"),
    _cortex_m("cortex-m4f", "thumbv7em-none-eabihf", HARD_FLOAT_M4, "mps2-an386"),
    _cortex_m("cortex-m4", "thumbv7em-none-eabi", ("-mcpu=cortex-m4", "-mfloat-abi=soft"), "mps2-an386"),
    _armv8_m("cortex-m33", "thumbv8m.main-none-eabihf", HARD_FLOAT_M33),
    _riscv("riscv32imac", "riscv32imac-unknown-none-elf"),
)

#: The cores that `make dist` packs archives for.
PACKED = TARGETS | _by_name(
    _cortex_m("cortex-m3", "thumbv7m-none-eabi", ("-mcpu=cortex-m3",), "mps2-an385"),
    # QEMU has no Cortex-M23: its code runs on a Cortex-M33.
    _armv8_m("cortex-m23", "thumbv8m.base-none-eabi", ("-mcpu=cortex-m23",)),
    _armv8_m("cortex-m33-soft", "thumbv8m.main-none-eabi", SOFT_M33),
    _armv8_m("cortex-m33-dsp", "thumbv8m.main-none-eabihf", HARD_FLOAT_M33, "dsp"),
    _armv8_m("cortex-m33-dsp-soft", "thumbv8m.main-none-eabi", SOFT_M33, "dsp"),
    _riscv("riscv32imc", "riscv32imc-unknown-none-elf", without=("a", "f", "d")),
    _riscv("riscv32imafc", "riscv32imafc-unknown-none-elf", "ilp32f", without=("d",)),
)
