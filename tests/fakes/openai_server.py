"""A model's server that does as it is told: the OpenAI wire on a real loopback socket.

In a test, `async with FakeOpenAI() as server:` or the fixture `openai_server`; as a process of its own
`python -m tests.fakes.openai_server --port 0`, which prints its URL as the first line and is told over HTTP:

    POST /control                      {"replies": [...], "unsupported": [...]}, the fields of `Reply`
    GET  /control                      every request so far, with how it ended
    GET  /control/requests/{n}         answers when request n has come
    GET  /control/requests/{n}/end     answers when request n has ended
    POST /control/release              lets the stalled replies go on
    POST /control/reset                forgets replies and requests
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import json
import re
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal

Json = dict[str, Any]

_REASONS = {200: "OK", 400: "Bad Request", 404: "Not Found", 429: "Too Many Requests"}


@dataclass
class Reply:
    """How one request, or several, is answered."""

    text: str | None = None
    """Without one it is friendly, and never the draft that it was asked to change."""
    questions: list[str] | None = None
    """Shorthand for a text that is the JSON of these questions."""
    rate: float = 0
    """Tokens a second; 0 is as fast as the socket takes them."""
    wait: float = 0
    """Seconds before the first token."""
    think: str = ""
    """Sent before the text as `reasoning_content`."""
    status: int = 200
    error: Json = field(default_factory=dict)
    """What the body of an error status adds to its `error` object: `message`, `code`, `param`."""
    headers: dict[str, str] = field(default_factory=dict)
    raw: str | None = None
    """This body instead of any other."""
    stall: bool = False
    """Held, after `after` tokens where that is set, until `release()` or until the client goes away."""
    cut: bool = False
    """The connection is closed without an end, after `after` tokens."""
    stream_error: Json | None = None
    """An error object in the stream, after `after` tokens, as servers send it that fail midway."""
    after: int | None = None
    stays: bool = False
    """The connection stays open after a `raw` body, until the client closes it or `release()`."""
    comments: int = 0
    """So many comments come first, with a third of a second between two."""
    endless: bool = False
    finish: str | None = "stop"
    """The `finish_reason`; None ends the stream without one."""
    refusal: str | None = None
    usage: bool = True
    null_content: bool = False
    """Chunks whose delta is null or empty come between the others."""
    times: int | None = 1
    """How many requests are answered so; None: all."""
    when: str = ""
    """Only requests in whose messages this stands."""
    structured: bool | None = None
    """Only requests with (or without) a `response_format`."""

    def fits(self, request: Json) -> bool:
        """Return whether this reply is meant for `request`."""
        if self.structured is not None and self.structured != ("response_format" in request):
            return False
        return self.when in json.dumps(request.get("messages"), ensure_ascii=False)

    def content(self, request: Json) -> str:
        """Return the whole text of the answer."""
        if self.questions is not None:
            return json.dumps({"questions": self.questions})
        if self.text is not None:
            return self.text
        drafts = re.findall("Thursday suits me ((?:really )*)well", json.dumps(request["messages"]))
        more = max((words.count("really") + 1 for words in drafts), default=0)
        return f"Hi Ana,\n\nThursday suits me {'really ' * more}well.\n\nBest regards"


@dataclass
class Exchange:
    """One request to the chat completions route, and how it ended."""

    body: Json
    headers: dict[str, str]
    path: str = ""
    outcome: Literal["", "answered", "cut", "client closed"] = ""
    sent: int = 0
    """Tokens written so far."""
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    first_token: asyncio.Event = field(default_factory=asyncio.Event)

    def text(self) -> str:
        """Return all that the client told the model, messages joined."""
        return "\n".join(str(message["content"]) for message in self.body["messages"])

    def end(self, outcome: Literal["answered", "cut", "client closed"]) -> None:
        self.outcome = outcome
        self.ended.set()


class _Connection(asyncio.StreamReaderProtocol):
    """Knows at once when the client has gone, also while nothing is read."""

    def __init__(self, server: FakeOpenAI) -> None:
        super().__init__(asyncio.StreamReader(), server.serve)
        self.gone = asyncio.Event()

    def eof_received(self) -> bool | None:
        self.gone.set()
        return super().eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        self.gone.set()
        super().connection_lost(exc)


class FakeOpenAI:
    """The server; `replies` are taken in order, and without one that fits it answers in a friendly way."""

    def __init__(self, port: int = 0) -> None:
        self.port = port
        self.replies: list[Reply] = []
        self.unsupported: set[str] = set()
        """Request parameters, or types of `response_format`, that are answered by 400."""
        self.exchanges: list[Exchange] = []
        self.released = asyncio.Event()
        self._arrived = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """The base URL for a client."""
        return f"http://127.0.0.1:{self.port}/v1"

    async def __aenter__(self) -> FakeOpenAI:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: _Connection(self), "127.0.0.1", self.port, backlog=1024
        )
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def will(self, *replies: Reply) -> None:
        """Program the next answers."""
        self.replies.extend(replies)

    def release(self) -> None:
        """Let the replies that stall go on."""
        self.released.set()

    def reset(self) -> None:
        """Forget replies and requests."""
        self.replies.clear()
        self.unsupported.clear()
        self.exchanges.clear()
        self.released = asyncio.Event()

    async def exchange(self, number: int = 0) -> Exchange:
        """Return the request with this number, awaited if it has not come yet."""
        async with self._arrived:
            await self._arrived.wait_for(lambda: len(self.exchanges) > number)
        return self.exchanges[number]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection's requests, one after the other."""
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            # A client that begins a TLS handshake is turned away.
            while (first := await reader.readexactly(1)).isalpha():
                head = (first + await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                request_line, *lines = head.splitlines()
                headers = {
                    k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines if line)
                }
                method, path, _ = request_line.split(" ")
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                if path.partition("?")[0].endswith("/chat/completions"):
                    if not await self._chat(writer, headers, path, json.loads(body)):
                        break
                else:
                    await self._other(writer, method, path, body)
        writer.close()

    async def _chat(
        self, writer: asyncio.StreamWriter, headers: dict[str, str], path: str, request: Json
    ) -> bool:
        """Answer a request for a completion; False where the connection must end."""
        exchange = Exchange(request, headers, path)
        reply = self._reply_to(request)
        async with self._arrived:
            self.exchanges.append(exchange)
            self._arrived.notify_all()
        gone = asyncio.ensure_future(writer.transport.get_protocol().gone.wait())  # type: ignore[attr-defined]
        work = asyncio.ensure_future(self._answer(writer, exchange, reply))
        try:
            await asyncio.wait({gone, work}, return_when=asyncio.FIRST_COMPLETED)
            if work.done() and not work.exception():
                exchange.end("cut" if reply.cut else "answered")
                return not reply.cut
            exchange.end("client closed")
            return False
        finally:
            gone.cancel()
            work.cancel()
            await asyncio.gather(gone, work, return_exceptions=True)

    def _reply_to(self, request: Json) -> Reply:
        kind = request.get("response_format", {}).get("type")
        for name in sorted(self.unsupported):
            if name in request or name == kind:
                param = "response_format" if name == kind else name
                message = f"Unsupported parameter: '{param}' ({name}) is not supported with this model."
                return Reply(status=400, error={"message": message, "param": param})
        for reply in self.replies:
            if reply.fits(request):
                if reply.times is not None:
                    reply.times -= 1
                    if reply.times == 0:
                        self.replies.remove(reply)
                return reply
        return Reply(questions=[]) if kind else Reply()

    async def _answer(self, writer: asyncio.StreamWriter, exchange: Exchange, reply: Reply) -> None:
        if reply.stall and reply.after is None:
            await self.released.wait()
        if reply.cut and reply.after is None:
            return
        if reply.status != 200 or reply.raw is not None:
            error = {
                "message": "The server was told to fail.",
                "type": "invalid_request_error",
                **reply.error,
            }
            body = json.dumps({"error": error}) if reply.raw is None else reply.raw
            if reply.stays:
                writer.write(_head(reply.status, "text/event-stream") + body.encode())
                await writer.drain()
                await self.released.wait()
                return
            await _send(writer, reply.status, body.encode(), **reply.headers)
        elif exchange.body.get("stream"):
            await self._stream(writer, exchange, reply)
        else:
            tokens = [token async for token in self._tokens(exchange, reply)]
            message = {"role": "assistant", "content": "".join(tokens), "refusal": reply.refusal}
            choice = {"index": 0, "message": message, "finish_reason": reply.finish, "logprobs": None}
            frame = _frame(
                exchange.body, "chat.completion", [choice], _usage(exchange) if reply.usage else None
            )
            await _send(writer, 200, json.dumps(frame).encode())

    async def _tokens(self, exchange: Exchange, reply: Reply) -> AsyncIterator[str]:
        """Give the reply's tokens when they are due."""
        if reply.wait:
            await asyncio.sleep(reply.wait)
        tokens = re.findall(r"\s*\S+|\s+$", reply.content(exchange.body))
        loop = asyncio.get_running_loop()
        start = loop.time()
        for again in itertools.count(1):
            for token in tokens:
                if reply.after == exchange.sent:
                    if reply.stall:
                        await self.released.wait()
                    if reply.cut or reply.stream_error:
                        return
                if reply.rate and (early := start + exchange.sent / reply.rate - loop.time()) > 0:
                    await asyncio.sleep(early)
                exchange.sent += 1
                exchange.first_token.set()
                yield token
            if not reply.endless:
                return
            # Numbered, since a model that only repeats itself is stopped.
            if any(map(str.strip, tokens)):
                tokens = [*tokens[: len(tokens) - (again > 1)], f" {again}."]
            await asyncio.sleep(0)

    async def _stream(self, writer: asyncio.StreamWriter, exchange: Exchange, reply: Reply) -> None:
        request = exchange.body
        frame = json.dumps(_frame(request, "chat.completion.chunk", []), ensure_ascii=False)
        before, after = frame.split('"choices": []')

        async def send(delta: Json | None, finish: str | None = None) -> None:
            choice = json.dumps({"index": 0, "delta": delta, "finish_reason": finish}, ensure_ascii=False)
            _write_event(writer, f'{before}"choices": [{choice}]{after}')
            await writer.drain()

        writer.write(_head(200, "text/event-stream", "Transfer-Encoding: chunked"))
        for _ in range(reply.comments):
            writer.write(b"e\r\n: keep-alive\n\n\r\n")
            await asyncio.sleep(0.3)
        await send({"role": "assistant", "content": "", "refusal": None})
        if reply.think:
            await send({"reasoning_content": reply.think})
        async for token in self._tokens(exchange, reply):
            if reply.null_content:
                await send({"content": None})
                await send({})
            await send({"content": token})
        if reply.cut:
            return
        if reply.refusal:
            await send({"refusal": reply.refusal})
        if reply.stream_error:
            _write_event(writer, json.dumps({"error": reply.stream_error}))
        elif reply.finish:
            await send({}, reply.finish)
        if reply.usage and request.get("stream_options", {}).get("include_usage"):
            _write_event(writer, json.dumps(_frame(request, "chat.completion.chunk", [], _usage(exchange))))
        _write_event(writer, "[DONE]")
        writer.write(b"0\r\n\r\n")
        await writer.drain()

    async def _other(self, writer: asyncio.StreamWriter, method: str, path: str, body: bytes) -> None:
        """Answer what is not a completion: the list of models, and the control routes."""
        answer: object = {}
        if path == "/v1/models":
            answer = {
                "object": "list",
                "data": [{"id": "fake", "object": "model", "created": 0, "owned_by": "tests"}],
            }
        elif path == "/control/reset":
            self.reset()
        elif path == "/control/release":
            self.release()
        elif come := re.fullmatch(r"/control/requests/(\d+)", path):
            answer = _record(await self.exchange(int(come[1])))
        elif ended := re.fullmatch(r"/control/requests/(\d+)/end", path):
            exchange = await self.exchange(int(ended[1]))
            await exchange.ended.wait()
            answer = _record(exchange)
        elif path == "/control" and method == "POST":
            told = json.loads(body)
            self.will(*(Reply(**reply) for reply in told.get("replies", ())))
            self.unsupported.update(told.get("unsupported", ()))
            answer = {"replies": [asdict(reply) for reply in self.replies]}
        elif path == "/control":
            answer = {"requests": [_record(exchange) for exchange in self.exchanges]}
        else:
            await _send(writer, 404, json.dumps({"error": {"message": "There is no such route."}}).encode())
            return
        await _send(writer, 200, json.dumps(answer).encode())


def _record(exchange: Exchange) -> Json:
    return {name.name: getattr(exchange, name.name) for name in fields(exchange)[:4]}


def _usage(exchange: Exchange) -> Json:
    asked = len(exchange.text().split())
    return {"prompt_tokens": asked, "completion_tokens": exchange.sent, "total_tokens": asked + exchange.sent}


def _frame(request: Json, kind: str, choices: list[Json], usage: Json | None = None) -> Json:
    frame = {
        "id": "chatcmpl-1",
        "object": kind,
        "created": 0,
        "model": request.get("model"),
        "choices": choices,
    }
    return frame | ({"usage": usage} if usage else {})


def _head(status: int, media_type: str, *lines: str) -> bytes:
    reason = _REASONS.get(status, "Status")
    return "\r\n".join(
        [f"HTTP/1.1 {status} {reason}", f"Content-Type: {media_type}", *lines, "\r\n"]
    ).encode()


def _write_event(writer: asyncio.StreamWriter, data: str) -> None:
    event = f"data: {data}\n\n".encode()
    writer.write(b"%x\r\n%b\r\n" % (len(event), event))


async def _send(writer: asyncio.StreamWriter, status: int, body: bytes, **headers: str) -> None:
    lines = [f"{name}: {value}" for name, value in headers.items()]
    writer.write(_head(status, "application/json", f"Content-Length: {len(body)}", *lines) + body)
    await writer.drain()


async def _main(port: int) -> None:
    async with FakeOpenAI(port) as server:
        print(server.url, flush=True)  # noqa: T201
        await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A model's server that does as it is told.")
    parser.add_argument("--port", type=int, default=0)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_main(parser.parse_args().port))
