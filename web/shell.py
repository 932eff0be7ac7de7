"""The outer shell of every request, below the routes: headers, the size of bodies, and how many a visitor may send."""

import math
from collections.abc import Callable
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.limits import Buckets
from web.speaking import Speech, language

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
HEADERS: Final = {
    "content-security-policy": POLICY,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(self), microphone=(), geolocation=()",
}
STATIC: Final = "/static/"
KEPT: Final = "public, max-age=31536000, immutable"
"""For our own files, whose address changes with their content; everything else is kept by no cache."""


class BodyTooLarge(Exception):
    """A request's body went over what is taken; told to the sender as 413."""


class Shell:
    """Wraps the page: what is true of every request and answer, whatever its route.

    ``visitor`` names who sends a request, for the number one visitor may send; by default it is the address.
    """

    def __init__(
        self, app: ASGIApp, *, most_bytes: int, buckets: Buckets, visitor: Callable[[Scope], str] | None = None
    ) -> None:
        self._app = app
        self._most = most_bytes
        self._buckets = buckets
        self._visitor = visitor or address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        static = scope["path"].startswith(STATIC)

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                if static and message["status"] < 400:
                    headers["cache-control"] = KEPT
                else:
                    headers.setdefault("cache-control", "no-store")
                if scope["scheme"] == "https":
                    headers["strict-transport-security"] = "max-age=31536000"
            await send(message)

        waits = 0.0 if static else self._buckets.take(self._visitor(scope))
        if waits:
            late = PlainTextResponse(_said(scope, "too-many"), 429, {"retry-after": str(math.ceil(waits))})
            await late(scope, receive, sent)
            return
        try:
            await self._app(scope, self._measured(scope, receive), sent)
        except BodyTooLarge:
            await PlainTextResponse(_said(scope, "too-much"), 413)(scope, receive, sent)

    def _measured(self, scope: Scope, receive: Receive) -> Receive:
        stated = Headers(scope=scope).get("content-length", "0")
        if not stated.isdigit() or int(stated) > self._most:
            raise BodyTooLarge
        got = 0

        async def measured() -> Message:
            nonlocal got
            message = await receive()
            got += len(message.get("body", b""))
            if got > self._most:
                raise BodyTooLarge
            return message

        return measured


def _said(scope: Scope, key: str) -> str:
    return Speech(language(Request(scope))).say(key)


def address(scope: Scope) -> str:
    """Return the address a request came from."""
    client = scope.get("client")
    return client[0] if client else "local"
