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

    @property
    def is_arm(self):
        return self.tools.startswith("arm")

    def tool(self, name):
        return self.tools + name

    def needs(self):
        """The packages that tools/need must find for this target."""
        return ["target:" + self.triple, self.tool("gcc"), self.qemu[0]]


def _cortex_m(name, triple, core, machine, memory="mps2.ld"):
    return Target(
        name=name,
        triple=triple,
        tools="arm-none-eabi-",
        core=("-mthumb", *core),
        small_library=("--specs=nano.specs",),
        fast_library=(),
        memory=memory,
        qemu=("qemu-system-arm", "-M", machine),
    )


TARGETS = {
    target.name: target
    for target in (
        # QEMU has no Cortex-M0 with enough memory, so the code runs on a Cortex-M3.
        _cortex_m("cortex-m0", "thumbv6m-none-eabi", ("-mcpu=cortex-m0",), "mps2-an385"),
        _cortex_m(
            "cortex-m4f",
            "thumbv7em-none-eabihf",
            ("-mcpu=cortex-m4", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16"),
            "mps2-an386",
        ),
        _cortex_m("cortex-m4", "thumbv7em-none-eabi", ("-mcpu=cortex-m4", "-mfloat-abi=soft"), "mps2-an386"),
        _cortex_m(
            "cortex-m33",
            "thumbv8m.main-none-eabihf",
            ("-mcpu=cortex-m33", "-mfloat-abi=hard", "-mfpu=fpv5-sp-d16"),
            "mps2-an505",
            memory="mps2-an505.ld",
        ),
        Target(
            name="riscv32imac",
            triple="riscv32imac-unknown-none-elf",
            tools="riscv64-unknown-elf-",
            # Without -misa-spec the compiler does not know the counters, and with them in -march it
            # links the library of another core. The image lies at 2 GiB.
            core=("-march=rv32imac", "-mabi=ilp32", "-misa-spec=2.2", "-mcmodel=medany"),
            small_library=("--specs=picolibc.specs",),
            fast_library=("--specs=picolibc.specs",),
            memory="virt.ld",
            qemu=("qemu-system-riscv32", "-M", "virt", "-bios", "none"),
        ),
    )
}
