"""Runs the suites of the OpenAI SDK for Python, each test with the client that blocks and with the asynchronous one.

    suites.py --results FILE test_chat.py ...
"""

import argparse
import json
import logging
import sys
import unittest
from importlib import import_module
from pathlib import Path

# So that the suites get this very module when they import it.
sys.modules["suites"] = sys.modules[__name__]

import openai  # noqa: E402

from gateway import API_KEY, BASE_URL  # noqa: E402

KINDS = ("sync", "async")


class Suite(unittest.IsolatedAsyncioTestCase):
    """A test says `await value(...)` and `await items(...)`, which take what either client returns."""

    kind = "async"

    async def asyncSetUp(self):
        self.requests = []
        self.openai = self.client()

    def client(self, **options):
        """A client whose requests are noted in `self.requests`."""
        hooks = {"request": [self._noted if self.kind == "async" else self.requests.append]}
        options = {"base_url": BASE_URL, "api_key": API_KEY, **options}
        if self.kind == "async":
            client = openai.AsyncOpenAI(http_client=openai.DefaultAsyncHttpxClient(event_hooks=hooks), **options)
            self.addAsyncCleanup(client.close)
        else:
            client = openai.OpenAI(http_client=openai.DefaultHttpxClient(event_hooks=hooks), **options)
            self.addCleanup(client.close)
        return client

    async def _noted(self, request):
        self.requests.append(request)

    def retry_counts(self):
        """What the client says of itself in each request that it has made."""
        return [int(request.headers["x-stainless-retry-count"]) for request in self.requests]

    async def thrown(self, kind, awaitable):
        with self.assertRaises(kind) as caught:
            await awaitable()
        return caught.exception


class Results(unittest.TextTestResult):
    """Keeps what came of each test, for docs/reference/clients.md."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.rows = []

    def getDescription(self, test):
        return f"{test.theme}: {test.feature} ({test.kind})" if isinstance(test, Suite) else str(test)

    def stopTest(self, test):
        failed = any(test is one for one, _ in self.failures + self.errors)
        absent = any(test is one for one, _ in self.skipped)
        result = "absent" if absent else "fails" if failed else "works"
        row = {"theme": test.theme, "feature": test.feature, "line": test.kind, "result": result}
        self.rows.append({"client": "python", **row})
        super().stopTest(test)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--results", type=Path, required=True)
    parser.add_argument("files", type=Path, nargs="+")
    arguments = parser.parse_args()
    # Of calls that block the loop, which those of the client that blocks do.
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    tests = unittest.TestSuite(test for file in arguments.files for test in tests_of(file))
    results = unittest.TextTestRunner(verbosity=2, resultclass=Results).run(tests)
    arguments.results.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in results.rows))
    sys.exit(0 if results.wasSuccessful() and results.rows else 1)


def tests_of(file):
    """As they stand in the file, whose class has one line of documentation for each."""
    sys.path.insert(0, str(file.resolve().parent))
    module = import_module(file.stem)
    suites = [one for one in vars(module).values() if isinstance(one, type) and issubclass(one, Suite) and one is not Suite]
    for suite in suites:
        for name in [name for name in vars(suite) if name.startswith("test_")]:
            for kind in KINDS:
                test = suite(name)
                test.kind = kind
                test.theme = file.stem.removeprefix("test_")
                test.feature = getattr(suite, name).__doc__
                yield test


if __name__ == "__main__":
    main()
