"""Links the archive for the core of a board. In platformio.ini, `board_build.keycard_core` chooses
another core, and `board_build.keycard_algorithm` (es256, rs256 or hs256) the smaller archive of one
algorithm."""

import os

#: The folder of lib for each core of Arm. With DSP and hard floating point there is another one.
CORES = {
    "cortex-m0": "thumbv6m-none-eabi",
    "cortex-m0plus": "thumbv6m-none-eabi",
    "cortex-m1": "thumbv6m-none-eabi",
    "cortex-m3": "thumbv7m-none-eabi",
    "cortex-m4": "thumbv7em-none-eabi",
    "cortex-m7": "thumbv7em-none-eabi",
    "cortex-m23": "thumbv8m.base-none-eabi",
    "cortex-m33": "thumbv8m.main-none-eabi",
    "cortex-m35p": "thumbv8m.main-none-eabi",
    "cortex-m55": "thumbv8m.main-none-eabi",
    "cortex-m85": "thumbv8m.main-none-eabi",
}


def core_of(cpu, flags):
    """The folder of a core, by the name of its processor and the flags of its C compiler, or None."""
    options = dict(flag.split("=", 1) for flag in flags if "=" in flag)
    march = options.get("-march", "")
    if march.startswith("rv"):
        abi = options.get("-mabi", "ilp32")
        atomic = "a" in march.split("_")[0][len("rv32") :]
        if not march.startswith("rv32") or abi not in ("ilp32", "ilp32f"):
            return None
        return "riscv32im%s%sc-unknown-none-elf" % ("a" if atomic else "", "f" if abi == "ilp32f" else "")
    name, *extensions = cpu.split("+")
    core = CORES.get(name)
    if core in ("thumbv7em-none-eabi", "thumbv8m.main-none-eabi") and options.get("-mfloat-abi") == "hard":
        core += "hf"
    # The compiler takes DSP for granted on these as well.
    extensions += options.get("-mcpu", "").split("+")[1:]
    if core and core.startswith("thumbv8m.main") and "nodsp" not in extensions:
        core += "-dsp"
    return core


def link(env):
    root = os.path.join(env.Dir(".").srcnode().abspath, "lib")
    board = env.BoardConfig()
    flags = [str(flag) for name in ("CCFLAGS", "CFLAGS", "LINKFLAGS") for flag in env.get(name, [])]
    core = board.get("build.keycard_core", core_of(board.get("build.cpu", ""), flags))
    algorithm = board.get("build.keycard_algorithm", "")
    name = "keycard-" + algorithm if algorithm else "keycard"
    if core is None or not os.path.exists(os.path.join(root, core, "lib" + name + ".a")):
        raise SystemExit(
            "keycard: there is no lib/%s/lib%s.a; board_build.keycard_core must be one of %s"
            % (core, name, ", ".join(sorted(os.listdir(root))))
        )
    env.Append(LIBPATH=[os.path.join(root, core)], LIBS=[name])


Import("env")  # noqa: F821: PlatformIO brings it, and env.
link(env)  # noqa: F821
