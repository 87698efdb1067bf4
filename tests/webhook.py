"""A webhook server on this machine that keeps what it was sent, and fails or waits when it is told to."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Webhook:
    """What was received, and how the next requests are answered."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.taken: list[dict[str, Any]] = []  # messages answered with 200
        self.statuses: list[int] = []  # of the next answers; 200 when there are none left
        self.arrived = threading.Event()  # a request is here
        self.hold: threading.Event | None = None  # answers wait for it

    @property
    def address(self) -> str:
        """As Apprise writes it, with a password that must not be shown."""
        return f"json://someone:hunter2secret@127.0.0.1:{self.port}/hook?+X-Token=tok3nsecret"

    @property
    def titles(self) -> list[str]:
        return [message["title"] for message in self.taken]


@contextmanager
def serve_webhook() -> Iterator[Webhook]:
    """A running server on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status = hook.statuses.pop(0) if hook.statuses else 200
            if status == 200:
                hook.taken.append(body)
            hook.arrived.set()
            if hook.hold is not None:
                hook.hold.wait(30)
            try:
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()
            except BrokenPipeError:
                pass  # whoever sent it was killed

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hook = Webhook(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hook
    finally:
        if hook.hold is not None:
            hook.hold.set()
        server.shutdown()
        server.server_close()
        thread.join()
