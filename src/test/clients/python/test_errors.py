import openai

from gateway import chunk, failing, failing_after_effects, told, user, value
from suites import Suite

CLASSES = {
    400: openai.BadRequestError,
    404: openai.NotFoundError,
    409: openai.ConflictError,
    422: openai.UnprocessableEntityError,
    429: openai.RateLimitError,
}


class Errors(Suite):
    async def test_own(self):
        "classes, codes and the request’s id: what the gateway refuses"
        wrong_key = await self.refused(openai.AuthenticationError, "demo", api_key="fb_wrong")
        unknown = await self.refused(openai.NotFoundError, "gpt-17")
        wrong_value = await self.refused(openai.BadRequestError, "demo-agent", n=2)

        self.assertEqual([e.status_code for e in (wrong_key, unknown, wrong_value)], [401, 404, 400])
        self.assertEqual((unknown.code, unknown.type), ("model_not_found", "invalid_request_error"))
        self.assertEqual(wrong_value.param, "n")
        for error in (wrong_key, unknown, wrong_value):
            self.assertRegex(error.request_id, "^req_")
            self.assertTrue(error.body["message"])
        self.assertEqual(self.retry_counts(), [0, 0, 0])

    async def test_of_model_server(self):
        "classes, codes and messages: what the model server refuses"
        for status, kind in CLASSES.items():
            error = await self.refused(kind, "mirror", failing(status), max_retries=0)

            self.assertEqual((error.status_code, error.code, error.param, error.type), (status, "test", "p", "test_error"))
            self.assertRegex(error.message, "as you wish")
            self.assertRegex(error.request_id, "^req_")

    async def test_other_statuses(self):
        "statuses without a class of their own"
        for status in (402, 413):
            error = await self.refused(openai.APIStatusError, "mirror", failing(status))

            self.assertEqual(error.status_code, status)
        self.assertEqual(self.retry_counts(), [0, 0])

    async def test_faults(self):
        "faults of the model server: InternalServerError with 502 to 504; its refusal of the gateway’s key too"
        for status, seen in {500: 502, 502: 502, 503: 503, 504: 504, 401: 502, 403: 502}.items():
            error = await self.refused(openai.InternalServerError, "mirror", failing(status), max_retries=0)

            self.assertEqual(error.status_code, seen)

    async def test_retries(self):
        "requests are counted: one where trying again is no use, three where it may be"
        for status in (400, 402, 404, 413, 422):
            await self.refused(openai.APIStatusError, "mirror", failing(status))
            self.assertEqual(self.retry_counts(), [0], status)
            self.requests.clear()
        for status in (408, 409, 429, 500, 503):
            await self.refused(openai.APIStatusError, "mirror", failing(status, {"retry-after-ms": "1"}))
            self.assertEqual(self.retry_counts(), [0, 1, 2], status)
            self.requests.clear()

    async def test_should_retry(self):
        "x-should-retry of the model server is obeyed"
        headers = {"retry-after-ms": "1"}
        await self.refused(openai.RateLimitError, "mirror", failing(429, headers | {"x-should-retry": "false"}))
        self.assertEqual(self.retry_counts(), [0])
        self.requests.clear()
        await self.refused(openai.APIStatusError, "mirror", failing(422, headers | {"x-should-retry": "true"}))
        self.assertEqual(self.retry_counts(), [0, 1, 2])

    async def test_after_effects(self):
        "a failure after a tool that changes something: one request"
        extra = {"mcp_servers": ["notes"]}
        error = await self.refused(openai.BadRequestError, "mirror-agent", failing_after_effects(500), extra_body=extra)

        self.assertEqual(error.code, "failed_after_effects")
        self.assertEqual(self.retry_counts(), [0])

    async def test_refused_stream(self):
        "a stream that is refused keeps its status"
        error = await self.refused(openai.NotFoundError, "nope", stream=True)

        self.assertEqual(error.status_code, 404)

    async def test_cut(self):
        "a stream that the model server cuts off throws after what came"
        await self.assert_broken(told(events=[chunk("so far")], end="cut"), "broke off")

    async def test_error_event(self):
        "an error event in a stream throws after what came"
        await self.assert_broken(told(events=[chunk("so far"), {"error": {"message": "out of memory"}}]), "out of memory")

    async def refused(self, kind, model, messages=None, api_key=None, max_retries=2, **body):
        client = self.openai.with_options(api_key=api_key, max_retries=max_retries)
        ask = {"model": model, "messages": messages or user("hi"), **body}
        return await self.thrown(kind, lambda: value(client.chat.completions.create(**ask)))

    async def assert_broken(self, messages, message):
        for model in ("mirror", "mirror-agent"):
            seen = []
            stream = await value(self.openai.chat.completions.create(model=model, messages=messages, stream=True))
            error = await self.thrown(openai.APIError, lambda: self.noted_chunks(stream, seen))

            self.assertEqual(seen, ["so far"], model)
            self.assertRegex(error.message, message)

    async def noted_chunks(self, stream, seen):
        if self.kind == "sync":
            for one in stream:
                seen.append(one.choices[0].delta.content)
        else:
            async for one in stream:
                seen.append(one.choices[0].delta.content)
