import asyncio

import openai

from gateway import chunk, mirror_has, mirror_lost, told, unique, user, value
from suites import Suite


class Abort(Suite):
    async def test_close(self):
        "closing a stream: the model server loses its client"
        for model in ("mirror", "mirror-agent"):
            who = unique(f"close-{model}", self)
            messages = told(events=[chunk("first")], end="hang")
            ask = {"model": model, "messages": messages, "user": who, "stream": True}
            stream = await value(self.openai.chat.completions.create(**ask))
            await mirror_has(who)
            await value(stream.close())

            await mirror_lost(who)

    async def test_timeout(self):
        "the client’s timeout: APITimeoutError, counted tries, and the model server loses its client"
        who = unique("timeout", self)
        client = self.openai.with_options(timeout=0.5, max_retries=1)
        ask = {"model": "mirror", "messages": told(wait=True), "user": who}
        await self.thrown(openai.APITimeoutError, lambda: value(client.chat.completions.create(**ask)))

        self.assertEqual(self.retry_counts(), [0, 1])
        await mirror_lost(who)

    async def test_cancel(self):
        "cancelling the task of a whole answer: the model server loses its client"
        if self.kind == "sync":
            self.skipTest("a call that blocks cannot be cancelled")
        who = unique("cancel", self)
        ask = {"model": "mirror", "messages": told(wait=True), "user": who}
        task = asyncio.ensure_future(self.openai.chat.completions.create(**ask))
        await mirror_has(who)
        task.cancel()

        await self.thrown(asyncio.CancelledError, lambda: task)
        await mirror_lost(who)

    async def test_afterwards(self):
        "the gateway answers the next request"
        answer = await value(self.openai.chat.completions.create(model="demo", messages=user("Say hello")))

        self.assertEqual(answer.choices[0].message.content, "hello")
