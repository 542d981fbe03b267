"""An OpenAI-compatible server over HTTP that says what a test tells it to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from bot.answering.generative import Writer
from bot.settings import ChatModelSettings, Settings


class ScriptedModel:
    """A server that says what it is told to, and keeps what it was asked. ``say``: status, and body or its pieces."""

    def __init__(self) -> None:
        self.say: Callable[[], tuple[int, object]] = lambda: (200, reply("NONE"))
        self.asked: list[dict[str, object]] = []
        self.seconds, self.clock = 30.0, time.monotonic
        model = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                model.asked.append(json.loads(body))
                status, said = model.say()
                if isinstance(said, Iterator):  # bytes as they come, without an end that is known
                    content, length = said, "1000000"
                else:
                    encoded = said if isinstance(said, bytes) else json.dumps(said).encode()
                    content, length = iter([encoded]), str(len(encoded))
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", length)
                self.end_headers()
                with suppress(ConnectionError):  # whoever asked has stopped waiting
                    for piece in content:
                        self.wfile.write(piece)

            def log_message(self, *arguments: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def answers(self, text: str) -> None:
        self.say = lambda: (200, reply(text))

    @property
    def settings(self) -> Settings:
        url = f"http://127.0.0.1:{self.server.server_port}/v1"
        return Settings(chat_model=ChatModelSettings(name="scripted", base_url=url, timeout_seconds=self.seconds))

    @property
    def writer(self) -> Writer:
        writer = Writer.of(self.settings, self.clock)
        assert writer
        return writer


def reply(text: str) -> dict[str, object]:
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    return {"id": "1", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice], "usage": usage}
