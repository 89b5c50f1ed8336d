"""Two nodepools of the engine with one slot each, by config/examples/llama-cpp-spill-over.yaml: load goes over, and back."""

import threading

from client import eventually
from facts import Facts, words

# More than the engine could write while a test holds its slot with it.
ENDLESS = 7000
CLIENTS = 6


class Spills(Facts):
    def test_1_the_first_nodepool_serves_and_the_second_has_no_engine(self):
        eventually("the first is ready", lambda: self.pool("near")["ready_replicas"] == 1)
        before = self.served()
        self.assertEqual(3, self.gateway.post(words(3)).json()["usage"]["completion_tokens"])
        self.await_served(before, near=1, far=0)
        self.assertEqual("idle", self.pool("far")["state"])
        self.assertEqual(0, self.desired("far"))
        self.assertEqual(1, len(self.gateway.processes()))

    def test_2_a_full_first_nodepool_has_the_second_started_which_takes_what_waits(self):
        before = self.served()
        held = self.gateway.begin(words(ENDLESS, stream=True))
        next(held.events())
        waiting = [self.gateway.begin(words(8)) for _ in range(3)]
        eventually("the second is open", lambda: self.pool("far")["open"])
        self.assertEqual(1, self.open("far"))
        self.assertEqual("opened", self.pool("far")["last_decision"]["what"])
        for request in waiting:
            self.assertEqual(8, request.answer().json()["usage"]["completion_tokens"])
        self.await_served(before, near=0, far=3)
        self.assertEqual(1, self.pool("near")["in_flight"])
        self.assertEqual(2, len(self.gateway.processes()))
        held.leave()
        eventually("no slot is held", lambda: self.gateway.in_flight() == 0)

    def test_3_under_load_both_take_their_share_and_every_request_is_answered(self):
        before = self.served()
        statuses = []
        is_enough = threading.Event()

        def client():
            while not is_enough.is_set():
                statuses.append(self.gateway.post(words(8)).status)

        clients = [threading.Thread(target=client) for _ in range(CLIENTS)]
        for each in clients:
            each.start()
        waited = set()

        def both_have_served():
            waited.update(engine.waiting_inside() for engine in self.ready_engines())
            return all(self.served()[nodepool] - before[nodepool] >= 10 for nodepool in before)

        try:
            eventually("both have served ten", both_have_served)
            shares = [self.pool(nodepool)["share"] for nodepool in ("near", "far")]
        finally:
            is_enough.set()
            for each in clients:
                each.join()
        self.assertEqual({200}, set(statuses))
        self.assertEqual({0}, waited)
        eventually("all are counted", lambda: sum(self.served().values()) - sum(before.values()) == len(statuses))
        self.assertTrue(all(share > 0 for share in shares), shares)
        self.assertEqual(2, len(self.gateway.processes()))

    def test_4_after_the_load_the_second_closes_and_its_engine_ends(self):
        eventually("the second is closed", lambda: not self.pool("far")["open"])
        eventually("its engine has ended", lambda: len(self.gateway.processes()) == 1)
        eventually("nothing is wanted there", lambda: self.desired("far") == 0)
        self.assertEqual(0, self.open("far"))
        self.assertEqual("closed", self.pool("far")["last_decision"]["what"])
        before = self.served()
        self.assertEqual(3, self.gateway.post(words(3)).json()["usage"]["completion_tokens"])
        self.await_served(before, near=1, far=0)

    def ready_engines(self):
        """Those that answer; one that has just begun or ended does not."""
        return [engine for engine in self.gateway.processes() if engine.health() == 200]

    def pool(self, nodepool):
        deployment = self.gateway.control.get("/api/v1/deployments/local").json()
        return next(pool for pool in deployment["nodepools"] if pool["nodepool"] == nodepool)

    def desired(self, nodepool):
        return self.gateway.metric("forebay_nodepool_replicas_desired", nodepool=nodepool)

    def open(self, nodepool):
        return self.gateway.metric("forebay_nodepool_open", nodepool=nodepool)

    def served(self):
        return {
            nodepool: self.gateway.metric("forebay_upstream_requests_total", absent=0, nodepool=nodepool, outcome="ok")
            for nodepool in ("near", "far")
        }

    def await_served(self, before, **more):
        """An answer has its last byte a moment before it is counted."""
        wanted = {nodepool: before[nodepool] + number for nodepool, number in more.items()}
        eventually(f"the nodepools have served {wanted}", lambda: self.served() == wanted)
