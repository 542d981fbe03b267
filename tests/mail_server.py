"""A mail server on loopback: a real socket that speaks as much SMTP as a client needs, and keeps what it is given."""

from __future__ import annotations

import base64
import socketserver
import threading


class MailServer(socketserver.ThreadingTCPServer):
    """``with MailServer() as server``. ``offers``: extensions; ``refused``: parts of addresses that it does not know.

    ``letters``: what it took; ``lines``: all that clients said; ``logins``: decoded.
    """

    daemon_threads = True

    def __init__(self, offers: tuple[str, ...] = (), refused: tuple[str, ...] = (), password: str = "") -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.offers, self.refused, self.password = offers, refused, password
        self.port = int(self.server_address[1])
        self.letters: list[str] = []
        self.lines: list[str] = []
        self.logins: list[str] = []

    def __enter__(self) -> MailServer:
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class Conversation(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._say("220 mail.test ready")
        for raw in self.rfile:
            line = raw.decode().rstrip("\r\n")
            self.server.lines.append(line)
            command, _, rest = line.partition(" ")
            answer = getattr(self, f"_{command.lower()}", self._other)
            self._say(*answer(rest))
            if command.upper() == "QUIT":
                return

    def _say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())

    def _ehlo(self, _: str) -> tuple[str, ...]:
        names = ("mail.test", *self.server.offers)
        return (*(f"250-{name}" for name in names[:-1]), f"250 {names[-1]}")

    def _auth(self, rest: str) -> tuple[str, ...]:
        login = base64.b64decode(rest.split(" ")[1]).decode()
        self.server.logins.append(login)
        return ("235 welcome" if login.endswith(f"\0{self.server.password}") else "535 no",)

    def _rcpt(self, rest: str) -> tuple[str, ...]:
        return ("550 unknown" if any(part in rest for part in self.server.refused) else "250 ok",)

    def _data(self, _: str) -> tuple[str, ...]:
        self._say("354 go on")
        self.server.letters.append(b"".join(iter(self.rfile.readline, b".\r\n")).decode())
        return ("250 taken",)

    def _quit(self, _: str) -> tuple[str, ...]:
        return ("421 no farewell",)  # as servers do that close at once: what was taken is taken

    def _other(self, _: str) -> tuple[str, ...]:
        return ("250 ok",)
