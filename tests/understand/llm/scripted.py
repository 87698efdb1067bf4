"""A real server on this machine that answers as it is told, and misbehaves as it is told."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HANG_UP = 0  # instead of a status: waits and then hangs up
Answer = tuple[int, str]


class Server(ThreadingHTTPServer):
    """Gives the scripted answers in turn, the last one again and again; or what `reply` makes of a request."""

    script: list[Answer]
    reply: Callable[[dict[str, Any]], Answer] | None
    asked: list[dict[str, Any]]
    keys: list[str | None]
    pause_s: float  # before each answer
    most_at_once: int
    at_once: int
    lock: threading.Lock
    daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        server = self.server
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with server.lock:
            server.asked.append(request)
            server.keys.append(self.headers["Authorization"])
            server.at_once += 1
            server.most_at_once = max(server.most_at_once, server.at_once)
            status, body = server.script.pop(0) if len(server.script) > 1 else server.script[0]
        try:
            if server.reply is not None:
                status, body = server.reply(request)
            time.sleep(server.pause_s)
            if status == HANG_UP:
                time.sleep(1.0)
                return
        finally:
            with server.lock:
                server.at_once -= 1
        self._send(status, body)

    def _send(self, status: int, body: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("retry-after-ms", "1")
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def running(first: Answer) -> Iterator[Server]:
    """A server that gives one answer to all, until it is told otherwise."""
    server = Server(("127.0.0.1", 0), Handler)
    server.script, server.reply, server.asked, server.keys = [first], None, [], []
    server.pause_s, server.most_at_once, server.at_once, server.lock = 0.0, 0, 0, threading.Lock()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def chat(content: str, *, question: int = 90, answer: int = 10) -> str:
    """A chat completion with the tokens that it used."""
    usage = {"prompt_tokens": question, "completion_tokens": answer, "total_tokens": question + answer}
    return json.dumps({"choices": [{"message": {"content": content}, "finish_reason": "stop"}], "usage": usage})


def claims(*items: dict[str, Any]) -> Answer:
    """An answer that lists claims."""
    return 200, chat(json.dumps({"claims": items}))
