"""Never more requests at the engine than it has slots; and a client that has gone frees its slot."""

import threading

from client import eventually
from facts import Facts, words
from gateway import SLOTS

# More than the engine could write while a test waits for it to stop.
ENDLESS = 7000


class Slots(Facts):
    def test_the_engine_by_itself_would_take_more_requests_than_it_has_slots(self):
        engine = self.engine()
        streams = [self.begun(engine, words(ENDLESS, stream=True)) for _ in range(SLOTS)]
        fifth = engine.begin(words(1))
        eventually("the fifth waits inside", lambda: engine.waiting_inside() == 1)
        for stream in streams:
            stream.leave()
        self.assertEqual(200, fifth.answer().status)
        eventually("the engine is at rest", lambda: engine.busy() == 0)

    def test_requests_beyond_the_slots_wait_in_the_gateway_until_one_is_free(self):
        engine = self.engine()
        streams = [self.begun(self.gateway, words(ENDLESS, stream=True)) for _ in range(SLOTS)]
        self.assertEqual(SLOTS, engine.busy())
        waiting = [self.gateway.begin(words(2)) for _ in range(3)]
        eventually("three wait in the gateway", lambda: self.gateway.queued() == 3)
        self.assertEqual(0, engine.waiting_inside())
        self.assertEqual(SLOTS, self.gateway.in_flight())
        streams.pop().leave()
        for request in waiting:
            self.assertEqual(2, request.answer().json()["usage"]["completion_tokens"])
        self.assertEqual(SLOTS - 1, engine.busy())
        for stream in streams:
            stream.leave()
        self.await_rest()

    def test_many_requests_at_once_are_all_answered_and_none_waits_inside_the_engine(self):
        engine = self.engine()
        before = engine.tokens()
        bodies = [words(4, stream=number % 2 == 0, model=("local", "local-agent")[number % 3 % 2]) for number in range(20)]
        requests = [self.gateway.begin({**body, "tool_choice": "none"}) for body in bodies]
        answered = []
        takers = [threading.Thread(target=lambda r=r: answered.append(r.answer())) for r in requests]
        for taker in takers:
            taker.start()
        waited = []
        while any(taker.is_alive() for taker in takers):
            waited.append(engine.waiting_inside())
        self.assertEqual([200] * 20, [answer.status for answer in answered])
        self.assertNotIn("upstream_error", "".join(answer.text for answer in answered))
        self.assertEqual({0}, set(waited))
        eventually("all tokens are counted", lambda: engine.tokens() - before == 20 * 4)

    def test_a_client_that_leaves_a_stream_frees_its_slot(self):
        self.assert_frees("local", stream=True)

    def test_a_client_that_leaves_before_a_whole_answer_frees_its_slot(self):
        self.assert_frees("local", stream=False)

    def test_a_client_that_leaves_an_agent_s_stream_frees_its_slot(self):
        self.assert_frees("local-agent", stream=True)

    def test_a_client_that_leaves_before_an_agent_s_whole_answer_frees_its_slot(self):
        self.assert_frees("local-agent", stream=False)

    def assert_frees(self, model, stream):
        engine = self.engine()
        before = engine.tokens()
        request = self.gateway.begin(words(ENDLESS, model=model, stream=stream, tool_choice="none"))
        if stream:
            next(request.events())
        eventually("the engine works on it", lambda: engine.busy() == 1)
        request.leave()
        self.await_rest()
        # Else it came to rest because it had written everything.
        self.assertLess(engine.tokens() - before, ENDLESS)

    def await_rest(self):
        # While it works on a whole answer llama.cpp looks for its client once nothing has ended for a second, and each
        # question of ours is something that ends.
        eventually("the engine is at rest", lambda: self.engine().busy() == 0, pause=2.5)
        eventually("no slot is held", lambda: self.gateway.in_flight() == 0)

    @staticmethod
    def begun(server, body):
        """A stream that has begun, and has its slot therefore."""
        stream = server.begin(body)
        next(stream.events())
        return stream
