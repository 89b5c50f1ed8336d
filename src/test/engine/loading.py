"""While the engine loads its model. The suite has frozen it there before it lets these tests run."""

from client import eventually
from facts import Facts, words


class Loading(Facts):
    def test_requests_wait_while_the_model_loads_and_are_all_answered(self):
        self.assertEqual(200, self.gateway.get("/health/ready").status)
        self.assertEqual(0, self.gateway.replicas("ready"))
        waiting = [self.gateway.begin(words(3)) for _ in range(6)]
        eventually("all of them wait in the gateway", lambda: self.gateway.queued() == 6)
        self.engine().thaw()
        for request in waiting:
            answer = request.answer().json()
            self.assertEqual(3, answer["usage"]["completion_tokens"])
        self.assertEqual(0, self.gateway.queued())
