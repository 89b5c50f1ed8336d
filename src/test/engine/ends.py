"""The engine is killed; and at last the gateway ends."""

from client import eventually
from facts import Facts, words
from gateway import is_alive


class Ends(Facts):
    def test_1_a_killed_engine_breaks_its_streams_visibly_and_another_one_serves(self):
        killed = self.engine()
        with self.gateway.begin(words(7000, stream=True)) as stream:
            events = stream.events()
            next(events)
            killed.kill()
            last = list(events)[-1]
            self.assertIn("error", last)
            self.assertFalse(stream.is_done)
        following = self.gateway.engine(after=killed)
        # It waits until that one has loaded the model.
        self.assertEqual(3, self.gateway.post(words(3)).json()["usage"]["completion_tokens"])
        self.assertFalse(is_alive(killed.pid))
        self.assertTrue(is_alive(following.pid))
        self.assertEqual(1, self.gateway.replicas("ready"))

    def test_2_ctrl_c_ends_a_running_stream_visibly_and_leaves_nothing_behind(self):
        engine = self.engine()
        started = self.gateway.descendants()
        self.assertIn(engine.pid, started)
        with self.gateway.begin(words(7000, stream=True)) as stream:
            events = stream.events()
            next(events)
            code = self.gateway.interrupt()
            self.assertIn("error", list(events)[-1])
            self.assertFalse(stream.is_done)
        self.assertEqual(0, code)
        eventually("none of its processes is left", lambda: not [pid for pid in started if is_alive(pid)])
        self.assertIsNone(engine.health())
