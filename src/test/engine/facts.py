"""What all tests of the suite share."""

import unittest


class Facts(unittest.TestCase):
    """Facts about one gateway and the engine behind it, which the suite sets."""

    gateway = None

    def engine(self):
        return self.gateway.engine()


def words(tokens, **members):
    """A request for so many tokens of nonsense, no fewer: llama.cpp's own member forbids the end."""
    return {
        "model": "local",
        "messages": [{"role": "user", "content": "Tell me of the river."}],
        "max_tokens": tokens,
        "ignore_eos": True,
        **members,
    }
