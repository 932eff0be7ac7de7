"""A log of JSON lines on standard error, with numbers of captures and documents and nothing out of any."""

import json
import sys
import threading
from datetime import UTC, datetime
from typing import Any


class JsonLog:
    """Writes one JSON object a line, from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def write(self, event: str, **facts: Any) -> None:
        """Write one line."""
        line = json.dumps({"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event, **facts})
        with self._lock:
            sys.stderr.write(line + "\n")
            sys.stderr.flush()
