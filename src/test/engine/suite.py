"""Starts the gateway with config/examples/llama-cpp.yaml and runs all tests against it, in the order of TESTS.

Usage: suite.py MODEL.gguf FOLDER TABLE      writes what was run to TABLE, as lines of Markdown
"""

import sys
import unittest
from pathlib import Path

from agents import Agents
from answers import Answers
from ends import Ends
from facts import Facts
from gateway import Gateway
from loading import Loading
from slots import Slots

TESTS = [Loading, Answers, Slots, Agents, Ends]
STARTS_MAX = 5


def main():
    model, folder, table = (Path(argument).resolve() for argument in sys.argv[1:])
    tests = unittest.TestSuite(map(unittest.defaultTestLoader.loadTestsFromTestCase, TESTS))
    # A suite forgets its tests once they have run.
    rows = [row(name) for name in names(tests)]
    Facts.gateway = start(model, folder)
    try:
        result = unittest.TextTestRunner(sys.stdout, verbosity=2).run(tests)
    finally:
        Facts.gateway.kill()
    if not result.wasSuccessful():
        sys.exit(1)
    table.write_text("| theme | what was seen |\n|---|---|\n" + "".join(rows))


def start(model, folder):
    """A gateway whose engine is frozen while it loads the model."""
    for number in range(STARTS_MAX):
        gateway = Gateway(folder / str(number), model)
        try:
            is_loading = gateway.engine().freeze_while_loading()
            gateway.await_ready()
            if is_loading and gateway.replicas("ready") == 0:
                return gateway
        except BaseException:
            gateway.kill()
            raise
        # This process had to wait for so long that the model was loaded in the meantime.
        gateway.kill()
    sys.exit(f"the engine was loaded {STARTS_MAX} times before it could be frozen")


def names(tests):
    for test in tests:
        if isinstance(test, unittest.TestSuite):
            yield from names(test)
        else:
            yield test.id().split(".")[-2:]


def row(name):
    theme, method = name
    words = method.removeprefix("test_").lstrip("0123456789_").replace("_s_", "’s_").replace("_", " ")
    return f"| {theme.lower()} | {words} |\n"


if __name__ == "__main__":
    main()
