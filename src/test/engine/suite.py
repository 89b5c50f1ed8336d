"""Starts the gateway with an example of the configuration and runs all tests of it, in their order: first those of
config/examples/llama-cpp.yaml, then those of llama-cpp-spill-over.yaml.

Usage: suite.py MODEL.gguf FOLDER TABLE      writes what was run to TABLE, as lines of Markdown
"""

import sys
import unittest
from pathlib import Path

from agents import Agents
from answers import Answers
from doctor import Doctor
from ends import Ends
from facts import Facts
from gateway import Gateway
from loading import Loading
from slots import Slots
from spills import Spills

ONE_NODEPOOL = [Loading, Answers, Slots, Agents, Doctor, Ends]
TWO_NODEPOOLS = [Spills]
STARTS_MAX = 5


def main():
    model, folder, table = (Path(argument).resolve() for argument in sys.argv[1:])
    rows = run(ONE_NODEPOOL, loading(model, folder))
    rows += run(TWO_NODEPOOLS, ready(model, folder))
    table.write_text("| theme | what was seen |\n|---|---|\n" + "".join(rows))


def run(cases, gateway):
    """The rows of the table, if all is as it should be."""
    tests = unittest.TestSuite(map(unittest.defaultTestLoader.loadTestsFromTestCase, cases))
    # A suite forgets its tests once they have run.
    rows = [row(name) for name in names(tests)]
    Facts.gateway = gateway
    try:
        result = unittest.TextTestRunner(sys.stdout, verbosity=2).run(tests)
    finally:
        gateway.kill()
    if not result.wasSuccessful():
        sys.exit(1)
    return rows


def ready(model, folder):
    gateway = Gateway("llama-cpp-spill-over.yaml", folder / "spill-over", model)
    try:
        gateway.await_ready()
    except BaseException:
        gateway.kill()
        raise
    return gateway


def loading(model, folder):
    """A gateway whose engine is frozen while it loads the model."""
    for number in range(STARTS_MAX):
        gateway = Gateway("llama-cpp.yaml", folder / str(number), model)
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
