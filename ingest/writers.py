"""Ask the kernel whether anyone still has a file open for writing."""

import errno
import fcntl
import os
import signal
from pathlib import Path
from typing import Final

from ingest.mounts import is_local

_SAYS_NOTHING: Final = frozenset({errno.EINVAL, errno.EACCES, errno.EPERM, errno.ENOTSUP, errno.ENOLCK, errno.ENOSYS})


def held_by_a_writer(descriptor: int, path: Path) -> bool | None:
    """Tell whether any process has the file behind ``descriptor``, open for reading, open for writing as well.

    ``path`` is where the file lies. Works by asking for a read lease (fcntl(2), F_SETLEASE), which the kernel
    grants only while there is no writer, and giving it back at once. None where that says nothing: on a network file
    system (where the writer sits on another machine), on another system, or for another user's file.
    """
    if not is_local(os.fstat(descriptor).st_dev, path):
        return None
    try:
        # A writer that arrives while we hold the lease is announced by a signal; SIGIO would end the process.
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except OSError as error:
        if error.errno == errno.EAGAIN:
            return True
        if error.errno in _SAYS_NOTHING:
            return None
        raise
    fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return False
