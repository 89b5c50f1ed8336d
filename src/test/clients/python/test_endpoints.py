import base64
import json

from gateway import items, value
from suites import Suite


class Endpoints(Suite):
    async def test_embeddings(self):
        "embeddings: base64, which it asks for by itself, and float give the same numbers"
        ask = {"model": "demo", "input": ["sunny day", "rainy night"]}
        unasked = await value(self.openai.embeddings.create(**ask))
        floats = await value(self.openai.embeddings.create(**ask, encoding_format="float"))
        text = await value(self.openai.embeddings.create(**ask, encoding_format="base64"))

        self.assertEqual(json.loads(self.requests[0].content)["encoding_format"], "base64")
        self.assertEqual([one.index for one in unasked.data], [0, 1])
        for given, expected in zip(unasked.data, floats.data, strict=True):
            for number, other in zip(given.embedding, expected.embedding, strict=True):
                self.assertAlmostEqual(number, other, places=6)
        self.assertEqual(len(base64.b64decode(text.data[0].embedding)), 4 * len(floats.data[0].embedding))
        self.assertEqual(unasked.usage.total_tokens, floats.usage.total_tokens)

    async def test_dimensions(self):
        "embeddings: dimensions"
        answer = await value(self.openai.embeddings.create(model="demo", input="hello", dimensions=16))

        self.assertEqual(len(answer.data[0].embedding), 16)

    async def test_completions(self):
        "completions, whole and streamed"
        ask = {"model": "demo", "prompt": "Once", "max_tokens": 4}
        whole = await value(self.openai.completions.create(**ask))
        chunks = await items(self.openai.completions.create(**ask, stream=True))

        self.assertEqual(whole.choices[0].finish_reason, "length")
        self.assertEqual("".join(c.choices[0].text for c in chunks if c.choices), whole.choices[0].text)

    async def test_models(self):
        "models: list and retrieve"
        models = await items(self.openai.models.list())
        one = await value(self.openai.models.retrieve("demo"))

        self.assertGreater(len(models), 3)
        self.assertEqual(one, next(model for model in models if model.id == "demo"))
