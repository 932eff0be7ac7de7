"""How a connection to PostgreSQL is asked for, so that neither end waits for ever on another that is gone.

A network that swallows packets ends no connection by itself: the client would wait for its answer, and the server would
keep a vanished writer's lock. Both ends therefore ask whether the other is there, and give up after about half a
minute. What the address says of the same things stands. Sources: PostgreSQL documentation, 34.1.2 and 20.3; tcp(7).
"""

from typing import Final

from psycopg.conninfo import conninfo_to_dict, make_conninfo

CONNECT_SECONDS: Final = 10
QUIET_SECONDS: Final = 10
"""After so long without a packet the other end is asked whether it is there,"""
ASK_SECONDS: Final = 5
"""again after so long,"""
ASK_TIMES: Final = 3
"""so often; then the connection is given up."""
UNANSWERED_SECONDS: Final = 20
"""So long may what was sent stay without the other end's receipt."""
STATEMENT_SECONDS: Final = 1800
"""What one statement may take, however large the archive; migrations may take longer."""
IDLE_WRITER_SECONDS: Final = 300
"""How long a transaction that keeps everybody else from writing may do nothing."""

_OURS: Final = {
    "connect_timeout": str(CONNECT_SECONDS),
    "keepalives": "1",
    "keepalives_idle": str(QUIET_SECONDS),
    "keepalives_interval": str(ASK_SECONDS),
    "keepalives_count": str(ASK_TIMES),
    "tcp_user_timeout": str(UNANSWERED_SECONDS * 1000),
}
_SERVERS: Final = {
    "tcp_keepalives_idle": str(QUIET_SECONDS),
    "tcp_keepalives_interval": str(ASK_SECONDS),
    "tcp_keepalives_count": str(ASK_TIMES),
    "tcp_user_timeout": str(UNANSWERED_SECONDS * 1000),
    "statement_timeout": f"{STATEMENT_SECONDS}s",
    "timezone": "UTC",
}


def reaching(url: str, *, application: str, **settings: str) -> str:
    """Return the address with what a connection of ours has besides; ``settings`` are the session's, by name."""
    given = conninfo_to_dict(url)
    asked = " ".join(f"-c {name}={value}" for name, value in {**_SERVERS, **settings}.items())
    options = f"{asked} {given.get('options') or ''}".strip()
    missing = {name: value for name, value in _OURS.items() if name not in given}
    return make_conninfo(url, **missing, application_name=application, options=options)
