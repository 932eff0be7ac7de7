"""A real S3-compatible server for tests: OpenStack Swift with s3api, from Debian packages, in a folder of its own."""

import getpass
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

PACKAGES = "swift-proxy swift-account swift-container swift-object"
SERVERS = ("account", "container", "object", "proxy")
ACCESS_KEY, SECRET_KEY = "archive:keeper", "specimen-secret"

_BACK = """
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
user = {user}
swift_dir = {folder}
devices = {folder}/devices
mount_check = false
workers = 0
log_address = {folder}/no-syslog
[pipeline:main]
pipeline = {kind}-server
[app:{kind}-server]
use = egg:swift#{kind}
{more}
"""
_PROXY = """
[DEFAULT]
bind_ip = {host}
bind_port = {port}
user = {user}
swift_dir = {folder}
workers = 0
log_address = {folder}/no-syslog
[pipeline:main]
pipeline = catch_errors healthcheck cache listing_formats s3api tempauth bulk slo versioned_writes symlink proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
object_post_as_copy = false
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:healthcheck]
use = egg:swift#healthcheck
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:1
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
s3_acl = false
dns_compliant_bucket_names = true
storage_domain = s3.localhost
min_segment_size = 1
[filter:tempauth]
use = egg:swift#tempauth
user_archive_keeper = {secret} .admin
[filter:bulk]
use = egg:swift#bulk
[filter:slo]
use = egg:swift#slo
[filter:symlink]
use = egg:swift#symlink
[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_object_versioning = true
"""


_RINGS = """
import sys
from swift.common.ring import RingBuilder

folder, *kinds = sys.argv[1:]
for kind, _, port in (one.partition("=") for one in kinds):
    builder = RingBuilder(4, 1, 0)
    place = {"region": 1, "zone": 1, "ip": "127.0.0.1", "port": int(port), "device": "d1", "weight": 1}
    builder.add_dev({**place, "replication_ip": "127.0.0.1", "replication_port": int(port), "meta": ""})
    builder.rebalance()
    builder.get_ring().save(f"{folder}/{kind}.ring.gz")
"""


@dataclass(frozen=True, slots=True)
class Swift:
    """A running server."""

    endpoint: str
    processes: tuple[subprocess.Popen[bytes], ...]

    def stop(self) -> None:
        """End the server's own processes."""
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(timeout=20)


def missing() -> str | None:
    """Say why there can be no server here, or None when there can be one."""
    programs = [f"swift-{kind}-server" for kind in SERVERS]
    absent = [program for program in programs if shutil.which(program) is None]
    return f"{', '.join(absent)} not found: apt-get install {PACKAGES}" if absent else None


def start(folder: Path, host: str = "127.0.0.1") -> Swift:
    """Start a server that keeps everything under ``folder`` and is reached at ``host``."""
    user = getpass.getuser()
    (folder / "devices" / "d1").mkdir(parents=True)
    (folder / "swift.conf").write_text(
        "[swift-hash]\nswift_hash_path_suffix = specimen\n[storage-policy:0]\nname = only\ndefault = yes\n"
    )
    ports = dict(zip(SERVERS, free_ports(len(SERVERS)), strict=True))
    for kind in ("account", "container", "object"):
        more = "[object-replicator]\n" if kind == "object" else ""
        conf = _BACK.format(kind=kind, port=ports[kind], folder=folder, user=user, more=more)
        (folder / f"{kind}.conf").write_text(conf)
    given = [str(folder), *(f"{kind}={ports[kind]}" for kind in ("account", "container", "object"))]
    subprocess.run(["/usr/bin/python3", "-c", _RINGS, *given], check=True, capture_output=True)
    proxy = _PROXY.format(host=host, port=ports["proxy"], folder=folder, user=user, secret=SECRET_KEY)
    (folder / "proxy.conf").write_text(proxy)
    processes = []
    for kind in SERVERS:
        with (folder / f"{kind}.log").open("wb") as log:
            command = [f"swift-{kind}-server", str(folder / f"{kind}.conf"), "-v"]
            processes.append(subprocess.Popen(command, stdout=log, stderr=log, cwd=folder))
    server = Swift(f"{host}:{ports['proxy']}", tuple(processes))
    try:
        for kind, port in ports.items():
            _wait_for(host if kind == "proxy" else "127.0.0.1", port, processes, folder)
    except BaseException:
        server.stop()
        raise
    return server


def _wait_for(host: str, port: int, processes: list[subprocess.Popen[bytes]], folder: Path) -> None:
    end = time.monotonic() + 180
    while time.monotonic() < end:
        if any(process.poll() is not None for process in processes):
            break
        try:
            socket.create_connection((host, port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    logs = "\n".join(path.read_text(errors="replace")[-2000:] for path in sorted(folder.glob("*.log")))
    raise RuntimeError(f"Swift did not start:\n{logs}")


def free_ports(count: int) -> list[int]:
    """Find ports that nothing listens on."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()
