"""A client that hides nothing: one connection a request, which can be left at any time."""

import http.client
import json
import time

# Seconds. Models take their time, and the machine may be doing something else.
PATIENCE = 120


class Server:
    """Something that speaks the OpenAI API on a port of this machine."""

    def __init__(self, port, key=None):
        self.port = port
        self.key = key

    def get(self, path):
        return Request(self, path).answer()

    def post(self, body, path="/v1/chat/completions"):
        return self.begin(body, path).answer()

    def begin(self, body, path="/v1/chat/completions"):
        return Request(self, path, body)

    def metric(self, name, absent=None, **labels):
        """The sum of the series that have these labels; `absent` where nothing has been counted yet, if it is given."""
        page = self.get("/metrics").text
        found = [line for line in page.splitlines() if line.startswith((name + " ", name + "{"))]
        if not found and absent is not None:
            return absent
        if not found:
            raise AssertionError(f"there is no metric {name} in\n{page}")
        wanted = [f'{label}="{value}"' for label, value in labels.items()]
        return sum(float(line.rsplit(" ", 1)[1]) for line in found if all(label in line for label in wanted))


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.text = response.read().decode()

    def json(self, status=200):
        if self.status != status:
            raise AssertionError(f"status {self.status} instead of {status}: {self.text}")
        return json.loads(self.text)


class Request:
    """One that has been sent. Its answer is taken whole or as a stream; `leave` is what a client does that has gone."""

    def __init__(self, server, path, body=None):
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
        self.response = None
        self.is_done = False
        headers = {"authorization": f"Bearer {server.key}"} if server.key else {}
        if body is None:
            self.connection.request("GET", path, headers=headers)
        else:
            headers["content-type"] = "application/json"
            self.connection.request("POST", path, json.dumps(body), headers)

    def answer(self):
        try:
            return Answer(self.connection.getresponse())
        finally:
            self.leave()

    def events(self):
        """The data of each event as it comes; afterwards `is_done` tells whether the stream said that it was complete."""
        if self.response is None:
            self.response = self.connection.getresponse()
            if self.response.status != 200:
                raise AssertionError(f"status {self.response.status}: {self.response.read().decode()}")
        for line in self.response:
            if line.startswith(b"data: [DONE]"):
                self.is_done = True
            elif line.startswith(b"data:"):
                yield json.loads(line[5:])
            elif line.strip() and not line.startswith(b":"):
                raise AssertionError(f"neither data nor a comment: {line}")

    def leave(self):
        if self.response is not None:
            self.response.close()
        self.connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.leave()


def eventually(what, holds, pause=0.05):
    """Waits until it holds, for what happens on the other side of a connection has no sign on this one."""
    deadline = time.monotonic() + PATIENCE
    while True:
        found = holds()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {PATIENCE} s: {what}")
        time.sleep(pause)
