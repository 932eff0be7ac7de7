"""A real S3 server that versions and locks: Ceph's object gateway over one monitor and one OSD in memory.

Everything lies in a folder of its own and listens on this machine only; it starts in about half a minute.
"""

import os
import shutil
import signal
import socket
import subprocess
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

from tests.vault.stores.swift import free_ports

PACKAGES = "ceph-mon ceph-osd radosgw"
PROGRAMS = ("ceph-mon", "ceph-osd", "radosgw", "radosgw-admin", "monmaptool", "ceph")
ACCESS_KEY, SECRET_KEY = "archivekeeper", "specimen-secret"

# Without keys of its own (auth … none) the gateway must not ask the monitor for an encrypted connection.
_CONF = """
[global]
fsid = {fsid}
mon host = v2:127.0.0.1:{monitor}
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind msgr1 = false
ms bind port min = {low}
ms bind port max = {high}
ms mon client mode = crc
auth cluster required = none
auth service required = none
auth client required = none
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
mon allow pool size one = true
mon data avail crit = 0
mon data avail warn = 0
mon max pg per osd = 2000
run dir = {folder}/run
admin socket =
log file = {folder}/$name.log
mon data = {folder}/mon
osd data = {folder}/osd
osd objectstore = memstore
memstore device bytes = 1073741824
rgw data = {folder}/gateway
rgw enable usage log = false
rgw run sync thread = false
rgw enable gc threads = false
rgw enable lc threads = false
rgw thread pool size = 16
rgw frontends = beast endpoint=127.0.0.1:{gateway}
"""


@dataclass(frozen=True, slots=True)
class Ceph:
    """A running cluster and its gateway."""

    endpoint: str
    processes: tuple[subprocess.Popen[bytes], ...]

    def stop(self) -> None:
        """End the cluster's own processes, the gateway first."""
        for process in reversed(self.processes):
            process.send_signal(signal.SIGKILL)  # memory only: there is nothing to write back
            process.wait(timeout=20)


def missing() -> str | None:
    """Say why there can be no cluster here, or None when there can be one."""
    absent = [program for program in PROGRAMS if shutil.which(program) is None]
    return f"{', '.join(absent)} not found: apt-get install {PACKAGES}" if absent else None


def start(folder: Path) -> Ceph:
    """Start a cluster that keeps its books under ``folder`` and its objects in memory.

    Raises:
        RuntimeError: a part of it ended or did not answer; the message has its log.
    """
    monitor, gateway = free_ports(2)
    low = _free_range(64)
    conf, fsid, disk = folder / "ceph.conf", str(uuid.uuid4()), str(uuid.uuid4())
    facts = {"fsid": fsid, "monitor": monitor, "gateway": gateway, "low": low, "high": low + 63, "folder": folder}
    conf.write_text(_CONF.format(**facts))
    for name in ("mon", "osd", "run", "gateway"):
        (folder / name).mkdir()
    processes: list[subprocess.Popen[bytes]] = []
    cluster = Ceph(f"127.0.0.1:{gateway}", ())
    try:
        _do(folder, "monmaptool", "--create", "--fsid", fsid, "--addv", "a", f"[v2:127.0.0.1:{monitor}]", "monmap")
        _do(folder, "ceph-mon", "-c", str(conf), "-i", "a", "--mkfs", "--monmap", "monmap")
        processes.append(_begin(folder, "ceph-mon", "-c", str(conf), "-i", "a", "-f"))
        _do(folder, "ceph", "-c", str(conf), "--connect-timeout", "60", "osd", "create", disk)
        _do(folder, "ceph-osd", "-c", str(conf), "-i", "0", "--mkfs", "--osd-uuid", disk)
        processes.append(_begin(folder, "ceph-osd", "-c", str(conf), "-i", "0", "-f"))
        user = ("--uid=keeper", "--display-name=keeper", f"--access-key={ACCESS_KEY}", f"--secret-key={SECRET_KEY}")
        _do(folder, "radosgw-admin", "-c", str(conf), "user", "create", *user)
        processes.append(_begin(folder, "radosgw", "-c", str(conf), "-n", "client.rgw", "-f"))
        cluster = Ceph(f"127.0.0.1:{gateway}", tuple(processes))
        _wait_for(gateway, processes, folder)
    except BaseException:
        Ceph("", tuple(processes)).stop()
        raise
    return cluster


def _environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "CEPH_CONF": str(folder / "ceph.conf")}


def _do(folder: Path, *command: str) -> None:
    done = subprocess.run(command, cwd=folder, env=_environment(folder), capture_output=True, timeout=180, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{done.stderr.decode(errors='replace')}\n{_logs(folder)}")


def _begin(folder: Path, *command: str) -> subprocess.Popen[bytes]:
    with (folder / f"{command[0]}.out").open("wb") as out:
        return subprocess.Popen(command, stdout=out, stderr=out, cwd=folder, env=_environment(folder))


def _wait_for(port: int, processes: list[subprocess.Popen[bytes]], folder: Path) -> None:
    end = time.monotonic() + 180
    while time.monotonic() < end:
        if any(process.poll() is not None for process in processes):
            break
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError(f"Ceph did not start:\n{_logs(folder)}")


def _logs(folder: Path) -> str:
    names = [*folder.glob("*.out"), *folder.glob("*.log")]
    return "\n".join(path.read_text(errors="replace")[-1500:] for path in sorted(names))


def _free_range(count: int) -> int:
    """Find ports in a row: the OSD takes four of the first that are free."""
    (start,) = free_ports(1)
    return min(start, 65_535 - count)
