"""Two hosts in network namespaces of their own with a cable between them that can be cut: root on Linux only.

A cut swallows every packet both ways and tells nobody, as a broken line does: each host believes that the other has
another address on the cable. It needs neither a packet filter nor a kernel module.
"""

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

NEAR, FAR = "10.77.186.1", "10.77.186.2"
_NOBODY = "02:00:00:00:00:ff"
_NEW_NETWORK = 0x40000000  # CLONE_NEWNET: setns(2)


def missing() -> str | None:
    """Return why there can be no such hosts here, or None."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        return "network namespaces need root on Linux"
    if shutil.which("ip") is None:
        return "ip is not installed: apt-get install iproute2"
    tried = f"jz-try-{os.getpid()}"
    if subprocess.run(["ip", "netns", "add", tried], capture_output=True, check=False).returncode:
        return "this machine lets nobody make network namespaces"
    _ip("netns", "del", tried)
    return None


@dataclass(frozen=True, slots=True)
class Hosts:
    """The host near by, with the scanners, and the far one, with the servers."""

    near: str
    far: str

    @staticmethod
    def make() -> "Hosts":
        """Make both and lay the cable."""
        made = Hosts(f"jz-near-{os.getpid()}", f"jz-far-{os.getpid()}")
        for name in (made.near, made.far):
            _ip("netns", "add", name)
            _ip("-n", name, "link", "set", "lo", "up")
        _ip("link", "add", "cable", "netns", made.near, "type", "veth", "peer", "name", "cable", "netns", made.far)
        for name, address in ((made.near, NEAR), (made.far, FAR)):
            _ip("-n", name, "addr", "add", f"{address}/24", "dev", "cable")
            _ip("-n", name, "link", "set", "cable", "up")
        return made

    @contextmanager
    def on(self, name: str) -> Iterator[None]:
        """Have this thread, and what it starts, on that host in the block."""
        with Path("/proc/thread-self/ns/net").open("rb") as home, Path(f"/run/netns/{name}").open("rb") as there:
            _enter(there.fileno())
            try:
                yield
            finally:
                _enter(home.fileno())

    def cut(self) -> None:
        """Swallow every packet from now on."""
        for name, other in ((self.near, FAR), (self.far, NEAR)):
            _ip("-n", name, "neigh", "replace", other, "lladdr", _NOBODY, "dev", "cable", "nud", "permanent")

    def heal(self) -> None:
        """Let packets through again."""
        for name, other in ((self.near, FAR), (self.far, NEAR)):
            _ip("-n", name, "neigh", "del", other, "dev", "cable")

    def remove(self) -> None:
        """Take both away; what runs on them must have ended."""
        for name in (self.near, self.far):
            _ip("netns", "del", name)


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


def _enter(namespace: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(namespace, _NEW_NETWORK):
        raise OSError(ctypes.get_errno(), "setns")
