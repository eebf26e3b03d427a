"""Builds each mutant that cannot be selected by a number at run time, such as a constant."""

import queue
import shutil
from concurrent.futures import ThreadPoolExecutor

from mutation.tree import ENVIRONMENT, PLAIN, PROGRAMS, WORK, Source, cargo, copy_tree, programs

#: The minimum number of builds for which a separate build folder pays off.
FEWEST = 8


class Place:
    """A separate source tree with its own build folder."""

    def __init__(self, number):
        self.tree, self.target = WORK / f"alone-{number}/tree", WORK / f"alone-{number}/build"
        copy_tree(self.tree)
        if not self.target.exists():
            # The dependencies are already built.
            own = shutil.ignore_patterns("keycard-*", "libkeycard-*", *(f"{it}-*" for it in PROGRAMS), "incremental", "examples")
            shutil.copytree(WORK / "build", self.target, ignore=own, symlinks=True)
        self.environment = dict(ENVIRONMENT, CARGO_TARGET_DIR=str(self.target), CARGO_INCREMENTAL="1")
        for tests in PROGRAMS.values():
            if self.build(*tests) is None:
                raise SystemExit("mutants: the tests do not compile without a change")

    def build(self, *tests):
        """The test programs; `None` if they do not compile."""
        ended, messages = cargo("test", "--no-run", *tests, tree=self.tree, environment=self.environment)
        return programs(messages) if ended.returncode == 0 else None

    def verdict_of(self, mutant, verdicts):
        """The tests of the library come first, because they build in half the time. In each
        program, the tests that run the file come first."""
        file, span = mutant["file"], mutant["span"]
        source = Source(file)
        start = source.at(span["start"]["line"], span["start"]["column"])
        end = source.at(span["end"]["line"], span["end"]["column"])
        (self.tree / file).write_text(source.text[:start] + mutant["replacement"] + source.text[end:])
        try:
            for program, tests in PROGRAMS.items():
                built = self.build(*tests)
                if built is None:
                    return "unviable"
                near = verdicts.tests.of_file[file]
                these = [it for it in verdicts.tests.seconds if it[0] == program]
                for group in ([it for it in these if it in near], [it for it in these if it not in near]):
                    outcome = verdicts.verdict_of(verdicts.ordered(group, file), file, built, tree=self.tree)
                    if outcome != "missed":
                        return outcome
            return "missed"
        finally:
            shutil.copyfile(PLAIN / file, self.tree / file)


def run(mutants, verdicts, workers):
    """Each mutant with its result."""
    places = queue.SimpleQueue()
    workers = max(1, min(workers, len(mutants) // FEWEST))
    with ThreadPoolExecutor(workers) as pool:
        for place in pool.map(Place, range(workers)):
            places.put(place)

        def one(mutant):
            place = places.get()
            try:
                return mutant, place.verdict_of(mutant, verdicts)
            finally:
                places.put(place)

        yield from pool.map(one, mutants)
