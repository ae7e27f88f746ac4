"""Bases that use what derives from them before they, or the classes that derive, are whole."""

import enum
import socketserver
import threading
from typing import Any, ClassVar

Enum = enum.Enum
LineHandler = socketserver.StreamRequestHandler


class Calling:
    """As socketserver's handlers do their work, and unittest's cases look for theirs."""

    def __init__(self, start: int) -> None:
        self.start = start
        self.seen = self.prepare()
        self.ready = True

    def prepare(self) -> object:
        return None


class Refusing(Calling):
    def __init__(self, start: int) -> None:
        super().__init__(start)
        raise ValueError("refused after all")


def make(cls: Any, start: int) -> Any:
    return cls(start)


def serve_lines(handler: Any) -> tuple[Any, int]:
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, server.server_address[1]


def stop(server: Any) -> None:
    server.shutdown()
    server.server_close()


class Plugin:
    known: ClassVar[dict[str, list[str]]] = {}

    def __init_subclass__(cls, /, name: str, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        Plugin.known.setdefault(name, []).append(cls.__name__)
        cls.plugin = name  # pyright: ignore
