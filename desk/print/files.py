"""Write what was printed to a file of the user's choosing: new, whole or not at all, readable by its owner alone."""

import errno
import os
import secrets
from pathlib import Path

from desk.retrieval import OutputExists, OutputFailed, OutputIsFolder


def check_free(output: Path, *, replace: bool = False) -> None:
    """Refuse a place that cannot be written to as asked, before the work for it is done.

    Raises:
        OutputExists: something lies there already, and it is not to be replaced.
        OutputIsFolder: a folder stands there.
        OutputFailed: its folder is not there.
    """
    if output.is_dir():
        raise OutputIsFolder(file=output)
    if output.exists() and not replace:
        raise OutputExists(file=output)
    if not output.absolute().parent.is_dir():
        raise OutputFailed(file=output, fault=os.strerror(errno.ENOENT))


def write_file(output: Path, content: bytes, *, replace: bool = False) -> None:
    """Write ``content`` to ``output``.

    Raises:
        OutputExists: something lies there already, and it is not to be replaced.
        OutputIsFolder: a folder stands there.
        OutputFailed: it cannot be written.
    """
    check_free(output, replace=replace)
    temporary = output.with_name(f".{output.name[:200]}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as target:
                target.write(content)
                target.flush()
                os.fsync(target.fileno())
            temporary.replace(output)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as fault:
        raise OutputFailed(file=output, fault=fault.strerror) from fault
