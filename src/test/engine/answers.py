"""What comes back of the engine's answers."""

import json

from client import eventually
from facts import Facts, words
from gateway import CONTEXT

PERSON = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "maxLength": 12},
        "age": {"type": "integer", "minimum": 0, "maximum": 120},
        "colour": {"enum": ["red", "green", "blue"]},
    },
    "required": ["name", "age", "colour"],
    "additionalProperties": False,
}


class Answers(Facts):
    def test_a_whole_answer_under_the_model_s_own_name_with_usage_and_what_else_the_engine_says(self):
        answer = self.gateway.post(words(8)).json()
        direct = self.engine().post(words(8)).json()
        self.assertEqual("local", answer["model"])
        self.assertNotEqual("local", direct["model"])
        self.assertEqual(direct["usage"]["prompt_tokens"], answer["usage"]["prompt_tokens"])
        self.assertEqual(8, answer["usage"]["completion_tokens"])
        self.assertEqual("length", answer["choices"][0]["finish_reason"])
        self.assertTrue(answer["choices"][0]["message"]["content"])
        self.assertEqual(direct.keys(), answer.keys())
        self.assertEqual(direct["timings"].keys(), answer["timings"].keys())

    def test_a_stream_token_by_token_with_usage_where_it_was_asked_for(self):
        chunks = self.stream(words(12, stream=True, stream_options={"include_usage": True}))
        self.assertEqual({"local"}, {chunk["model"] for chunk in chunks})
        deltas = [chunk["choices"][0]["delta"] for chunk in chunks if chunk["choices"]]
        self.assertEqual({"role": "assistant", "content": None}, deltas[0])
        self.assertGreater(len([delta for delta in deltas if delta.get("content")]), 5)
        self.assertEqual(["length"], finishes(chunks))
        self.assertEqual([12], [chunk["usage"]["completion_tokens"] for chunk in chunks if chunk.get("usage")])

    def test_usage_of_a_stream_is_counted_where_it_was_not_asked_for_and_not_shown(self):
        before = self.output_tokens()
        chunks = self.stream(words(9, stream=True))
        self.assertEqual([], [chunk for chunk in chunks if chunk.get("usage") or not chunk["choices"]])
        eventually("9 more tokens are counted", lambda: self.output_tokens() == before + 9)

    def test_an_agent_s_stream_shows_no_text_where_the_engine_s_content_is_null(self):
        chunks = self.stream(words(4, model="local-agent", tool_choice="none", stream=True))
        self.assertEqual(["length"], finishes(chunks))
        for chunk in chunks:
            for choice in chunk["choices"]:
                self.assertIsInstance(choice["delta"].get("content", ""), str)

    def test_a_json_schema_is_kept_in_a_whole_answer(self):
        answer = self.gateway.post(self.person()).json()
        self.assert_person(answer["choices"][0]["message"]["content"])

    def test_a_json_schema_is_kept_in_a_stream(self):
        chunks = self.stream(self.person(stream=True))
        self.assert_person("".join(c["delta"].get("content") or "" for chunk in chunks for c in chunk["choices"]))

    def test_a_context_that_is_too_long_is_the_engine_s_400_with_its_sizes(self):
        body = words(1, messages=[{"role": "user", "content": "river " * (CONTEXT + 100)}])
        refusal = self.engine().post(body).json(400)["error"]
        self.assertEqual("exceed_context_size_error", refusal["type"])
        self.assertEqual(CONTEXT, refusal["n_ctx"])
        self.assertGreater(refusal["n_prompt_tokens"], CONTEXT)
        for model in ("local", "local-agent"):
            for stream in (False, True):
                with self.subTest(model=model, stream=stream):
                    sent = {**body, "model": model, "stream": stream, "tool_choice": "none"}
                    self.assertEqual(refusal, self.gateway.post(sent).json(400)["error"])

    def test_completions_of_a_text(self):
        body = {"model": "local", "prompt": "The river", "max_tokens": 5, "ignore_eos": True}
        answer = self.gateway.post(body, "/v1/completions").json()
        self.assertEqual("local", answer["model"])
        self.assertEqual(5, answer["usage"]["completion_tokens"])

    def test_embeddings(self):
        body = {"model": "local", "input": ["The river rises.", "A turbine"]}
        answer = self.gateway.post(body, "/v1/embeddings").json()
        direct = self.engine().post(body, "/v1/embeddings").json()
        self.assertEqual("local", answer["model"])
        self.assertEqual(2, len(answer["data"]))
        for ours, theirs in zip(answer["data"], direct["data"], strict=True):
            self.assertEqual(640, len(ours["embedding"]))
            for one, other in zip(ours["embedding"], theirs["embedding"], strict=True):
                self.assertAlmostEqual(one, other, delta=0.01)
        self.assertEqual(direct["usage"], answer["usage"])

    def stream(self, body):
        with self.gateway.begin(body) as request:
            chunks = list(request.events())
            self.assertTrue(request.is_done)
            return chunks

    def output_tokens(self):
        return self.gateway.metric("gen_ai_client_token_usage_sum", gen_ai_token_type="output")

    @staticmethod
    def person(**members):
        schema = {"name": "person", "strict": True, "schema": PERSON}
        return {
            "model": "local",
            "messages": [{"role": "user", "content": "Invent a person."}],
            "response_format": {"type": "json_schema", "json_schema": schema},
            "temperature": 0,
            "max_tokens": 200,
            **members,
        }

    def assert_person(self, text):
        person = json.loads(text)
        self.assertEqual({"name", "age", "colour"}, person.keys())
        self.assertIsInstance(person["name"], str)
        self.assertLessEqual(len(person["name"]), 12)
        self.assertIs(int, type(person["age"]))
        self.assertIn(person["age"], range(121))
        self.assertIn(person["colour"], ["red", "green", "blue"])


def finishes(chunks):
    said = [choice.get("finish_reason") for chunk in chunks for choice in chunk["choices"]]
    return [finish for finish in said if finish]
