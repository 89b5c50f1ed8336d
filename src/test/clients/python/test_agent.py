import json

import openai

from gateway import items, opened, user, value
from suites import Suite
from test_chat import WEATHER

BOTH = "What is the weather in Paris, and what is 12 * 12?"


class Agentic(Suite):
    @property
    def chat(self):
        return self.openai.chat.completions

    async def test_whole(self):
        "tools of MCP servers run in the gateway; the client sees one answer"
        prompt = "What time is it in Tokyo, and what is 17.5 % of 2349?"
        answer = await value(self.chat.create(model="demo-agent", messages=user(prompt)))

        self.assertRegex(answer.choices[0].message.content, r"(?s)Asia/Tokyo.*411\.075")
        self.assertIsNone(answer.choices[0].message.tool_calls)
        self.assertEqual(sorted(call["server"] for call in answer.x_forebay["tools"]), ["calculator", "time"])

    async def test_streamed(self):
        "the same, by the helper stream()"
        async with opened(self.chat.stream(model="demo-agent", messages=user("What is 6 * 7?"))) as stream:
            final = await value(stream.get_final_completion())

        self.assertRegex(final.choices[0].message.content, "= 42")
        self.assertIsNone(final.choices[0].message.tool_calls)

    async def test_mixed(self):
        "tools of both kinds in one round: the client posts its results, the hidden turns come back"
        first = (await value(self.chat.create(model="demo-agent", messages=user(BOTH), tools=[WEATHER]))).choices[0]
        messages = self.continued(first.message)
        second = await value(self.chat.create(model="demo-agent", messages=messages, tools=[WEATHER]))

        self.assertEqual(first.finish_reason, "tool_calls")
        self.assertEqual([call.function.name for call in first.message.tool_calls], ["weather"])
        self.assert_both(second.choices[0].message.content)
        self.assertEqual(second.x_forebay["resumed_turns"], 1)

    async def test_mixed_streamed(self):
        "the same, streamed"
        ask = {"model": "demo-agent", "tools": [WEATHER]}
        async with opened(self.chat.stream(messages=user(BOTH), **ask)) as stream:
            first = (await value(stream.get_final_completion())).choices[0]
        chunks = await items(self.chat.create(messages=self.continued(first.message), stream=True, **ask))

        self.assertEqual(first.finish_reason, "tool_calls")
        self.assert_both("".join(c.choices[0].delta.content or "" for c in chunks if c.choices))

    async def test_extra_body(self):
        "mcp_servers and a budget of the request, by extra_body"
        extra = {"mcp_servers": ["calculator"], "x_forebay": {"budget": {"rounds_max": 1}}}
        prompt = user("What is 3 * 4, then multiply it by 10?")
        answer = await value(self.chat.create(model="open-agent", messages=prompt, extra_body=extra))

        self.assertEqual(answer.choices[0].finish_reason, "length")
        self.assertEqual(answer.x_forebay["stop_reason"], "rounds_max")
        self.assertEqual({call["server"] for call in answer.x_forebay["tools"]}, {"calculator"})

    async def test_mcp_tool(self):
        "OpenAI’s tools of type mcp: without approval they run, with it they are refused"
        mcp = {"type": "mcp", "server_label": "calculator", "require_approval": "never"}
        answer = await value(self.chat.create(model="open-agent", messages=user("What is 6 * 7?"), tools=[mcp]))

        self.assertRegex(answer.choices[0].message.content, "= 42")
        asking = {"model": "open-agent", "messages": user("What is 6 * 7?"), "tools": [mcp | {"require_approval": "always"}]}
        error = await self.thrown(openai.BadRequestError, lambda: value(self.chat.create(**asking)))
        self.assertRegex(error.message, "require_approval")

    def continued(self, message):
        calls = message.tool_calls
        cities = [json.loads(call.function.arguments)["city"] for call in calls]
        results = [
            {"role": "tool", "tool_call_id": call.id, "content": f"clear over {city}"} for call, city in zip(calls, cities)
        ]
        turn = message.model_dump(exclude_none=True, include={"role", "content", "tool_calls"})
        return [*user(BOTH), turn, *results]

    def assert_both(self, text):
        self.assertRegex(text, "clear over Paris")
        self.assertRegex(text, "144")
