"""Links the archive for the core of a board. `board_build.keycard_core` in platformio.ini chooses
another archive."""

Import("env")  # noqa: F821: PlatformIO brings it, and env.

import os

CORES = {
    "cortex-m0": "thumbv6m-none-eabi",
    "cortex-m0plus": "thumbv6m-none-eabi",
    "cortex-m4": "thumbv7em-none-eabi",
    "cortex-m7": "thumbv7em-none-eabi",
    "cortex-m33": "thumbv8m.main-none-eabihf",
}

board = env.BoardConfig()  # noqa: F821
core = board.get("build.keycard_core", CORES.get(board.get("build.cpu", "")))
if core is None:
    raise SystemExit("keycard: board_build.keycard_core must name a folder of its lib")
folder = os.path.join(env.Dir(".").srcnode().abspath, "lib", core)  # noqa: F821
env.Append(LIBPATH=[folder], LIBS=["keycard"])  # noqa: F821
