"""The gateway as a user has it, started by the launcher with an example of the configuration, and the engine behind it."""

import os
import re
import signal
import socket
import subprocess
from pathlib import Path

from client import Request, Server, eventually

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = ROOT / "config" / "examples"
# As the example says.
SLOTS = 4
CONTEXT = 32768 // SLOTS


class Gateway(Server):
    def __init__(self, example, folder, model):
        super().__init__(free_port())
        self.control = None
        self.folder = folder
        folder.mkdir()
        self.log = folder / "gateway.log"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("FOREBAY_")}
        environment |= {name: os.environ[name] for name in ("FOREBAY_JAVA_HOME",) if name in os.environ}
        environment |= {
            "PATH": f"{Path(__file__).parent / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "MODEL_FILE": str(model),
            "FOREBAY_AOT": "off",
            "FOREBAY_READY_FILE": str(folder / "ready"),
        }
        command = [ROOT / "forebay", "up", "--config", EXAMPLES / example, "--port", str(self.port), "--data", folder / "data"]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                # A shell starts background jobs deaf to Ctrl-C.
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))

    def await_ready(self):
        """Ready to take requests; its engine may be loading still."""
        eventually("the gateway is ready", lambda: self.is_ready() or self.process.poll() is not None)
        if self.process.poll() is not None:
            raise AssertionError(f"the gateway has ended with {self.process.returncode}:\n{self.log.read_text()}")
        self.key = (self.folder / "data" / "local.key").read_text().strip()
        self.control = Server(self.port, (self.folder / "data" / "admin.key").read_text().strip())

    def is_ready(self):
        ready = self.folder / "ready"
        return ready.exists() and ready.stat().st_size > 0

    def engine(self, after=None):
        """The engine that runs now, which is another one than `after`."""
        return eventually("there is an engine", lambda: next(self.engines(after), None))

    def engines(self, after):
        for engine in self.processes():
            if after is None or engine.pid != after.pid:
                yield engine

    def processes(self):
        """Every engine that runs, or begins or ends to do so."""
        if self.process.poll() is not None:
            raise AssertionError(f"the gateway has ended with {self.process.returncode}:\n{self.log.read_text()}")
        ports = {pid: re.search(r"llama.* --model .* --port (\d+)", line) for pid, line in self.descendants().items()}
        return [Engine(pid, int(port.group(1))) for pid, port in ports.items() if port]

    def descendants(self):
        listed = subprocess.run(["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
        processes = [line.split(None, 2) for line in listed.splitlines()]
        found = {}
        parents = {str(self.process.pid)}
        while parents:
            children = {pid: command for pid, parent, command in processes if parent in parents}
            found |= {int(pid): command for pid, command in children.items()}
            parents = set(children)
        return found

    def replicas(self, state):
        return self.metric("forebay_nodepool_replicas", deployment="local", state=state)

    def queued(self):
        return self.metric("forebay_nodepool_queue_depth")

    def in_flight(self):
        return self.metric("forebay_nodepool_inflight")

    def interrupt(self):
        """Ctrl-C, which a terminal sends to the whole group. Gives what the gateway ends with."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(60)

    def kill(self):
        """Whatever has happened: nothing of it must be left."""
        for pid in [*self.descendants(), self.process.pid]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait()


class Engine(Server):
    """The process of llama.cpp, asked at its own port."""

    def __init__(self, pid, port):
        super().__init__(port)
        self.pid = pid

    def freeze_while_loading(self):
        """Stops it where it says that it is loading. False if it has got further already."""
        status = eventually("the engine listens", self.health)
        os.kill(self.pid, signal.SIGSTOP)
        return status == 503

    def thaw(self):
        os.kill(self.pid, signal.SIGCONT)

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)

    def health(self):
        """The status of its answer, or None while nobody listens."""
        try:
            return Request(self, "/health").answer().status
        except OSError:
            return None

    def busy(self):
        return self.metric("llamacpp:requests_processing")

    def waiting_inside(self):
        return self.metric("llamacpp:requests_deferred")

    def tokens(self):
        return self.metric("llamacpp:tokens_predicted_total")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_alive(pid):
    try:
        os.kill(pid, 0)
        return True
    except ProcessLookupError:
        return False
