"""The progress of long work, on standard error: "faults: token-es256, expiry: 4 of 4, about 2 min left"."""

import sys
import time


class Progress:
    """Counts the parts of some work. The time that is left is estimated from the parts so far."""

    def __init__(self, program, count, every=0):
        """Prints a line at most once in an interval."""
        self.program, self.count, self.every = program, count, every
        self.begun = 0
        self.start = self.printed = time.monotonic()

    def begin(self, part):
        """Call it once for each part."""
        now = time.monotonic()
        done, self.begun = self.begun, self.begun + 1
        if now - self.printed < self.every:
            return
        self.printed = now
        left = ""
        if done:
            seconds = (now - self.start) / done * (self.count - done)
            left = f", about {seconds / 60:.0f} min left" if seconds >= 90 else f", about {seconds:.0f} s left"
        print(f"{self.program}: {part}: {self.begun} of {self.count}{left}", file=sys.stderr, flush=True)
