"""An agent over the engine: grammars bind its tool calls, so that a model that only talks nonsense makes valid ones."""

import json

from facts import Facts

# One call a round; without it the model goes on to call.
ONE_CALL = {"stop": ["</tool_call>"]}
# Forbidden to end, the model calls again and again until its tokens are spent, in the middle of a call.
CALLS_WITHOUT_END = {"ignore_eos": True}


class Agents(Facts):
    def test_a_whole_answer_whose_model_called_a_bundled_tool(self):
        answer = self.gateway.post(self.asked("list_notes", **ONE_CALL)).json()
        self.assert_called(answer)
        self.assertNotIn("tool_calls", answer["choices"][0]["message"])

    def test_a_stream_whose_model_called_a_bundled_tool(self):
        with self.gateway.begin(self.asked("list_notes", stream=True, **ONE_CALL)) as request:
            chunks = list(request.events())
            self.assertTrue(request.is_done)
        self.assert_called(chunks[-1])
        self.assertEqual(["length"], [c["finish_reason"] for chunk in chunks for c in chunk["choices"] if c.get("finish_reason")])
        self.assertEqual([], [c for chunk in chunks for c in chunk["choices"] if "tool_calls" in c["delta"]])

    def test_a_tool_s_effect_is_there(self):
        before = self.notes()
        told = self.gateway.post(self.asked("save_note", **ONE_CALL)).json()["x_forebay"]
        self.assertEqual([("save_note", None)], [(tool["tool"], tool.get("error")) for tool in told["tools"]])
        self.assertEqual({}, before)
        self.assertEqual(1, len(self.notes()))

    def test_a_call_that_is_cut_off_by_length_is_never_run(self):
        before = self.notes()
        answer = self.gateway.post(self.asked("save_note", max_tokens=22)).json()
        told = answer["x_forebay"]
        self.assertEqual("length", answer["choices"][0]["finish_reason"])
        self.assertEqual(("length", 0), (told["stop_reason"], told["tool_calls"]))
        # There was one.
        self.assertNotIn("tool_choice_unanswered", told)
        self.assertEqual(before, self.notes())

    def test_one_after_the_other_on_connections_that_the_engine_closes(self):
        for number in range(5):
            with self.subTest(number=number):
                self.assert_called(self.gateway.post(self.asked("list_notes", **ONE_CALL)).json())

    def test_of_several_calls_those_before_the_one_cut_off_are_run(self):
        told = self.gateway.post(self.asked("list_notes", **CALLS_WITHOUT_END)).json()["x_forebay"]
        self.assertEqual("length", told["per_round"][0]["finish_reason"])
        self.assertGreaterEqual(len(told["tools"]), 2)
        errors = [tool.get("error") for tool in told["tools"]]
        self.assertEqual(1, errors.count("invalid_arguments"))
        self.assertEqual(errors.count(None), told["tool_calls"])
        self.assertGreaterEqual(told["tool_calls"], 1)

    def test_the_engine_ignores_that_it_may_not_call_in_parallel_and_the_gateway_keeps_it(self):
        forbidden = {"parallel_tool_calls": False, **CALLS_WITHOUT_END}
        engines_own = {
            **self.asked("list_notes", **forbidden),
            "tools": [{"type": "function", "function": {
                "name": "list_notes", "description": "Lists notes", "parameters": {"type": "object", "properties": {}}}}],
        }
        del engines_own["x_forebay"]
        calls = self.engine().post(engines_own).json()["choices"][0]["message"]["tool_calls"]
        self.assertGreaterEqual(len(calls), 2)
        told = self.gateway.post(self.asked("list_notes", **forbidden)).json()["x_forebay"]
        self.assertEqual(1, told["tool_calls"])
        self.assertEqual(1, len(told["tools"]))

    @staticmethod
    def asked(tool, **members):
        """A request in which this is the only tool, and must be called; one round, then the last answer."""
        servers = {"time": [], "calculator": [], "files": [], "notes": [tool]}
        return {
            "model": "local-agent",
            "messages": history(tool),
            "tools": [{"type": "mcp", "server_label": s, "allowed_tools": t} for s, t in servers.items()],
            "tool_choice": "required",
            "temperature": 0,
            "max_tokens": 120,
            "x_forebay": {"budget": {"rounds_max": 1}},
            **members,
        }

    def notes(self):
        file = self.gateway.folder / "data" / "notes.json"
        return json.loads(file.read_text())["notes"] if file.exists() else {}

    def assert_called(self, answer):
        self.assertEqual("local-agent", answer["model"])
        told = answer["x_forebay"]
        self.assertEqual(2, told["rounds"])
        self.assertEqual("rounds_max", told["stop_reason"])
        self.assertEqual(["tool_calls"], [r["finish_reason"] for r in told["per_round"]][:1])
        self.assertEqual([("notes", "list_notes", None)], [(t["server"], t["tool"], t.get("error")) for t in told["tools"]])


def history(tool):
    """A conversation in which the tool was called before: a base model does what was done before."""
    arguments = {"list_notes": {}, "save_note": {"key": "river", "text": "high"}}[tool]
    call = {"id": "a", "type": "function", "function": {"name": tool, "arguments": json.dumps(arguments)}}
    return [
        {"role": "user", "content": "Use your notes."},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "a", "content": "done"},
        {"role": "user", "content": "Use your notes once more."},
    ]
