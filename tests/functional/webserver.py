"""A server on this computer that answers as it is told to, and remembers what it was asked."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Server:
    """`answers` are given out in turn, then 200s; `asked` is what came in."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, str]] = []
        self.asked: list[dict[str, Any]] = []
        self.url = ""


@contextmanager
def running() -> Iterator[Server]:
    """Serve for as long as the block lasts."""
    story = Server()

    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length).decode()
            heard = {name.lower(): value for name, value in self.headers.items()}
            asked = {"method": self.command, "path": self.path, "headers": heard, "body": body}
            story.asked.append(asked)
            status, text = story.answers.pop(0) if story.answers else (200, "{}")
            self.send_response(status)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: Any) -> None:
            """Be silent."""

    for method in ("GET", "POST", "PUT"):
        setattr(Handler, f"do_{method}", Handler.answer)
    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    story.url = f"http://127.0.0.1:{made.server_port}"
    yield story
    made.shutdown()
    made.server_close()
