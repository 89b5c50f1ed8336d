import json

import openai
from pydantic import BaseModel

from gateway import chunk, items, opened, told, user, value
from suites import Suite

WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "Get the weather of a city",
        "strict": True,
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
            "additionalProperties": False,
        },
    },
}


class Person(BaseModel):
    name: str
    age: int


class Chat(Suite):
    @property
    def chat(self):
        return self.openai.chat.completions

    async def test_create(self):
        "create: a whole answer"
        answer = await value(self.chat.create(model="demo", messages=user("Say good morning")))

        self.assertEqual(answer.choices[0].message.content, "good morning")
        self.assertEqual(answer.choices[0].finish_reason, "stop")
        self.assertEqual(answer.usage.total_tokens, answer.usage.prompt_tokens + answer.usage.completion_tokens)
        self.assertRegex(answer._request_id, "^req_")

    async def test_stream(self):
        "create with stream: chunks, one finish_reason, usage only if asked for"
        ask = {"model": "demo", "messages": user("Count to 9"), "stream": True}
        plain = await items(self.chat.create(**ask))
        counted = await items(self.chat.create(**ask, stream_options={"include_usage": True}))

        for chunks in (plain, counted):
            self.assertEqual("".join(c.choices[0].delta.content or "" for c in chunks if c.choices), "1 2 3 4 5 6 7 8 9")
            reasons = [c.choices[0].finish_reason for c in chunks if c.choices and c.choices[0].finish_reason]
            self.assertEqual(reasons, ["stop"])
        self.assertEqual([c for c in plain if c.usage], [])
        self.assertEqual([c.choices for c in counted if c.usage], [[]])

    async def test_stream_helper(self):
        "the helper stream(): events, and what it puts together"
        manager = self.chat.stream(model="demo", messages=user("What is the weather in Oslo?"), tools=[WEATHER])
        async with opened(manager) as stream:
            types = {event.type for event in await items(stream)}
            final = await value(stream.get_final_completion())

        self.assertIn("tool_calls.function.arguments.done", types)
        call = final.choices[0].message.tool_calls[0].function
        self.assertEqual((call.name, call.parsed_arguments), ("weather", {"city": "Oslo"}))

    async def test_tools(self):
        "tools: parallel calls, and an answer from their results"
        messages = user("What is the weather in Paris and Rome?")
        first = (await value(self.chat.create(model="demo", messages=messages, tools=[WEATHER]))).choices[0]
        calls = first.message.tool_calls
        results = [
            {"role": "tool", "tool_call_id": call.id, "content": "clear over " + json.loads(call.function.arguments)["city"]}
            for call in calls
        ]
        messages = [*messages, first.message, *results]
        second = (await value(self.chat.create(model="demo", messages=messages, tools=[WEATHER]))).choices[0]

        self.assertEqual(first.finish_reason, "tool_calls")
        self.assertEqual(len(calls), 2)
        self.assertRegex(second.message.content, r"clear over Paris[^$]*clear over Rome")

    async def test_parse(self):
        "the helper parse(): structured output as a pydantic model"
        ask = {"model": "demo", "messages": user("Make up a person of 30 years"), "response_format": Person}
        parsed = (await value(self.chat.parse(**ask))).choices[0].message.parsed
        async with opened(self.chat.stream(**ask)) as stream:
            streamed = (await value(stream.get_final_completion())).choices[0].message.parsed

        self.assertIsInstance(parsed, Person)
        self.assertEqual(streamed, parsed)

    async def test_parse_cut(self):
        "parse() of an answer that was cut: LengthFinishReasonError, with its usage"
        ask = {"model": "demo", "messages": user("Make up a person"), "response_format": Person, "max_tokens": 2}
        error = await self.thrown(openai.LengthFinishReasonError, lambda: value(self.chat.parse(**ask)))

        self.assertEqual(error.completion.usage.completion_tokens, 2)

    async def test_raw_response(self):
        "with_raw_response and with_streaming_response: the headers, then the answer"
        ask = {"model": "demo", "messages": user("Say hello")}
        raw = await value(self.chat.with_raw_response.create(**ask))
        async with opened(self.chat.with_streaming_response.create(**ask)) as response:
            text = await value(response.text())

        self.assertEqual(raw.status_code, 200)
        self.assertRegex(raw.headers["x-request-id"], "^req_")
        self.assertEqual(raw.parse().choices[0].message.content, "hello")
        self.assertEqual(json.loads(text)["choices"][0]["message"]["content"], "hello")

    async def test_settings(self):
        "every setting reaches the model server, extra_body and unknown ones too"
        settings = {"temperature": 0.5, "top_p": 0.9, "seed": 42, "stop": ["END"], "max_completion_tokens": 7}
        settings |= {"logit_bias": {"5": 1}, "metadata": {"a": "b"}, "reasoning_effort": "low", "user": "ada"}
        answer = await value(
            self.chat.create(model="mirror", messages=user("What?"), **settings, extra_body={"made_up": [1, None]})
        )
        seen = json.loads(answer.choices[0].message.content)["body"]

        self.assertEqual(seen, {"model": "mirror", "messages": user("What?"), **settings, "made_up": [1, None]})

    async def test_long_prompt(self):
        "text beyond ASCII and a prompt of 1 MB arrive whole"
        prompt = "Grüße aus 東京 👩‍💻 " + "x" * 1_000_000
        answer = await value(self.chat.create(model="mirror", messages=user(prompt)))

        self.assertEqual(json.loads(answer.choices[0].message.content)["body"]["messages"][0]["content"], prompt)

    async def test_shreds(self):
        "a stream that comes byte by byte, its emoji split"
        events = [chunk("Grüße "), chunk("👩‍💻 "), chunk("東京"), chunk("", "stop")]
        for model in ("mirror", "mirror-agent"):
            chunks = await items(self.chat.create(model=model, messages=told(events=events, bytes=1), stream=True))

            text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
            self.assertEqual(text, "Grüße 👩‍💻 東京", model)

    async def test_reasoning(self):
        "reasoning_content, which the client keeps as an extra member"
        ask = {"model": "demo", "messages": user("Say hello"), "reasoning_effort": "high"}
        message = (await value(self.chat.create(**ask))).choices[0].message
        chunks = await items(self.chat.create(**ask, stream=True))

        self.assertRegex(message.reasoning_content, "I go by rules")
        streamed = "".join(getattr(c.choices[0].delta, "reasoning_content", "") or "" for c in chunks if c.choices)
        self.assertEqual(streamed, message.reasoning_content)
