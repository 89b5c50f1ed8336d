"""forebay doctor beside a real engine."""

import json
import os
import subprocess

from facts import Facts
from gateway import ROOT, SLOTS


class Doctor(Facts):
    def test_the_doctor_finds_the_engine_and_prints_a_nodepool_with_its_slots(self):
        engine = self.engine()
        config = self.gateway.folder / "doctor.yaml"
        config.write_text(f"data: doctor\nserver: {{port: 0}}\nmcp: {{folder: {ROOT / 'mcp-servers'}}}\n")
        found = self.examine(config, engine.port)
        ours = next(each for each in found["engines"] if each["base_url"] == f"http://127.0.0.1:{engine.port}/v1")
        self.assertEqual("llama.cpp", ours["engine"])
        self.assertEqual(SLOTS, ours["slots"])
        self.assertEqual([each["id"] for each in engine.get("/v1/models").json()["data"]], ours["models"])
        # What it prints is a configuration, and leads to the engine.
        config.write_text(config.read_text() + found["paste"])
        again = self.examine(config, engine.port)
        ours = next(each for each in again["engines"] if each["base_url"] == f"http://127.0.0.1:{engine.port}/v1")
        self.assertEqual(1, len(ours["nodepools"]))
        self.assertEqual("", again["paste"])

    def examine(self, config, port):
        command = [ROOT / "forebay", "doctor", "--json", "--config", config, "--engine-port", str(port)]
        ran = subprocess.run(command, env=os.environ, capture_output=True, text=True)
        self.assertEqual(0, ran.returncode, ran.stdout + ran.stderr)
        return json.loads(ran.stdout)
