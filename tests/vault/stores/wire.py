"""A wire between client and server that can be cut, stalled, or wrapped in TLS: a real TCP relay with faults."""

import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self

Fault = Callable[["Wire", int, bytes], bytes | None]
"""Gets the connection's number and a piece on its way back; returns what goes on, or None to cut the wire."""


def sound(_wire: "Wire", _number: int, piece: bytes) -> bytes | None:
    """Pass everything on."""
    return piece


@dataclass
class Wire:
    """Relays connections to ``target``; ``fault`` sees every piece that comes back."""

    target: str
    fault: Fault = sound
    tls: ssl.SSLContext | None = None
    connections: int = 0
    carried: dict[int, int] = field(default_factory=dict)
    """Connection → bytes that came back on it so far."""
    _listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    @property
    def endpoint(self) -> str:
        """Host and port to talk to instead of the server's."""
        host, port = self._listener.getsockname()[:2]
        return f"{host}:{port}"

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(client, self.connections), daemon=True).start()

    def _serve(self, client: socket.socket, number: int) -> None:
        host, _, port = self.target.partition(":")
        try:
            if self.tls is not None:
                client = self.tls.wrap_socket(client, server_side=True)
            server = socket.create_connection((host, int(port)), timeout=30)
        except OSError:
            client.close()
            return
        self.carried[number] = 0
        threading.Thread(target=self._pump, args=(client, server), daemon=True).start()
        with suppress(OSError):
            while piece := server.recv(65536):
                onward = self.fault(self, number, piece)
                self.carried[number] += len(piece)
                if onward is None:
                    break
                client.sendall(onward)
        for end in (client, server):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _pump(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while piece := client.recv(65536):
                server.sendall(piece)
        with suppress(OSError):
            server.shutdown(socket.SHUT_WR)
