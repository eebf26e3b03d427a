"""Finds the tests that run a mutant, and whether one of them fails."""

import collections
import concurrent.futures
import re
import resource
import subprocess
import tempfile
import time

from mutation.tree import ENVIRONMENT, TREE

#: Tests of arithmetic, which pass no mutant of these files; and tests that read the sources, and
#: would notice any change or none.
UNTOUCHED = ("arithmetic::", "accelerated::", "accelerated_image::", "given_twice::", "oracles::")
#: The maximum processor time of a test, in seconds.
LONGEST = 10

#: The exit of a program that used all of its time.
STOPPED = (-24, -9)


def run(program, tests, active, record=None, seconds=None, tree=TREE):
    """True if the tests pass. A mutant may loop, so processor time and memory are limited."""

    def limits():
        if seconds:
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
            resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    environment = dict(ENVIRONMENT, KEYCARD_MUTANT=str(active), RUST_BACKTRACE="0")
    if record:
        environment["KEYCARD_MUTANT_RECORD"] = record
    ended = subprocess.run(
        [program, "--exact", "--test-threads=1", "--quiet", *tests],
        cwd=tree, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, preexec_fn=limits,
    )  # fmt: skip
    return ended.returncode


class Tests:
    """All tests, each with the mutants that it runs and the time that it takes. A test is a pair:
    the name of its program and its own name."""

    def __init__(self, programs, mutants, workers, pattern=""):
        """A pattern selects tests by their names."""
        self.programs, self.tests = programs, []
        for name, program in programs.items():
            listed = subprocess.run([program, "--list", "--format=terse"], cwd=TREE, check=True, capture_output=True, text=True)
            names = [line.removesuffix(": test") for line in listed.stdout.splitlines() if line.endswith(": test")]
            self.tests += [(name, test) for test in names if not test.startswith(UNTOUCHED) and re.search(pattern, test)]
        self.seconds, self.slow = {}, []
        self.of = collections.defaultdict(list)
        self.of_file = collections.defaultdict(collections.Counter)
        with concurrent.futures.ThreadPoolExecutor(workers) as pool:
            for test, seconds, passed, code in pool.map(self.record, self.tests):
                if code in STOPPED:
                    # This test is left out, so another test has to catch the mutant.
                    self.slow.append(test[1])
                    continue
                if code != 0:
                    raise SystemExit(f"mutants: {test[1]} does not pass without a change")
                self.seconds[test] = seconds
                for number in passed:
                    self.of[number].append(test)
                    self.of_file[mutants[number]["file"]][test] += 1

    def record(self, test):
        program, name = test
        with tempfile.NamedTemporaryFile() as file:
            began = time.monotonic()
            code = run(self.programs[program], [name], "record", record=file.name, seconds=LONGEST)
            return test, time.monotonic() - began, [int(it) for it in file.read().split()], code


class Verdicts:
    """Runs tests until one fails, the likeliest first: the three that caught most mutants of the
    file, then larger groups."""

    def __init__(self, tests):
        self.tests = tests
        self.killers = collections.Counter()

    def ordered(self, tests, file):
        module = file.removeprefix("src/").removesuffix(".rs").replace("/", "::") + "::"
        return sorted(
            tests, key=lambda it: (-self.killers[file, it], not it[1].startswith(module), self.tests.seconds[it])
        )  # fmt: skip

    def verdict_of(self, tests, file, programs, active="none", tree=TREE):
        """The result of a mutant in these tests."""
        for low, high in ((0, 3), (3, 20), (20, 100), (100, len(tests))):
            for program in sorted({it[0] for it in tests[low:high]}):
                group = [it for it in tests[low:high] if it[0] == program]
                seconds = 5 + int(4 * sum(self.tests.seconds[it] for it in group))
                code = run(programs[program], [it[1] for it in group], active, seconds=seconds, tree=tree)
                if code in STOPPED:
                    return "timeout"
                if code != 0:
                    if len(group) <= 3:
                        self.killers[file, group[0]] += 1
                    return "caught"
        return "missed"
