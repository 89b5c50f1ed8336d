"""The running gateway and the mirror behind it as the suites see them, and what evens out the two clients."""

import asyncio
import inspect
import json
import os
import urllib.request
from contextlib import asynccontextmanager


def _setting(name):
    value = os.environ.get(name)
    if not value:
        raise SystemExit(f"{name} is not set: start the suites by src/test/clients/run")
    return value


BASE_URL = _setting("CLIENTS_BASE_URL")
API_KEY = _setting("CLIENTS_KEY")
MIRROR = _setting("CLIENTS_MIRROR")


def user(content):
    return [{"role": "user", "content": content}]


def told(**script):
    """Messages that make the mirror do something else than mirror."""
    return user(json.dumps(script))


def chunk(content, finish_reason=None):
    return {"id": "c", "choices": [{"index": 0, "delta": {"content": content}, "finish_reason": finish_reason}]}


def failing(status, headers=None):
    error = {"message": "as you wish", "type": "test_error", "param": "p", "code": "test"}
    return told(status=status, headers=headers or {}, body={"error": error})


def failing_after_effects(status):
    """Makes the mirror call a tool that changes something, and refuse once that has run. For server `notes`."""
    save = {"name": "save_note", "arguments": json.dumps({"key": f"effect-{os.getpid()}", "text": "done"})}
    call = {"tool_calls": [{"index": 0, "id": "call_1", "function": save}]}
    events = [{"id": "c", "choices": [{"index": 0, "delta": call, "finish_reason": "tool_calls"}]}]
    return told(events=events, then=json.loads(failing(status)[0]["content"]))


def unique(name, suite):
    """A `user` that no other request has."""
    return f"{name}-{suite.kind}-{os.getpid()}"


async def mirror_has(who):
    """Returns once the request of that user has reached the mirror."""
    await asyncio.to_thread(_mirror_tells, f"/arrived/{who}")


async def mirror_lost(who):
    """Returns once the mirror has lost the client of that request."""
    await asyncio.to_thread(_mirror_tells, f"/lost/{who}")


def _mirror_tells(path):
    with urllib.request.urlopen(MIRROR.removesuffix("/v1") + path, timeout=20) as response:
        response.read()


async def value(result):
    return await result if inspect.isawaitable(result) else result


async def items(stream):
    stream = await value(stream)
    if hasattr(stream, "__aiter__"):
        return [item async for item in stream]
    return list(stream)


@asynccontextmanager
async def opened(manager):
    if hasattr(manager, "__aenter__"):
        async with manager as resource:
            yield resource
    else:
        with manager as resource:
            yield resource
