"""Kinds of file system, and who writes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ingest.mounts import LOCAL, filesystem, is_local, mount_point, parse_mounts
from ingest.writers import held_by_a_writer

TABLE = r"""
22 1 253:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 22 0:44 / /mnt/scans\040in rw - cifs //nas/scans rw
31 22 0:45 / /mnt/cloud rw - fuse.rclone x rw
32 22 0:46 / /var/lib/docker/merged rw - overlay overlay rw
33 22 253:1 /sub /data rw master:1 - xfs /dev/vdb rw
broken line
"""


def test_a_table_of_mounts() -> None:
    """Device numbers and mount points lead to the kind of file system; escapes are undone, odd lines passed over."""
    by_device, by_path = parse_mounts(TABLE)
    assert by_device == {"253:0": "ext4", "0:44": "cifs", "0:45": "fuse.rclone", "0:46": "overlay", "253:1": "xfs"}
    assert by_path["/mnt/scans in"] == "cifs"
    assert {kind for kind in by_device.values() if kind in LOCAL} == {"ext4", "xfs"}


@pytest.mark.skipif(not Path("/proc/self/mountinfo").exists(), reason="needs Linux")
def test_this_machine(tmp_path: Path) -> None:
    """The folder of the tests is on a file system that is listed; one that is not listed is not trusted."""
    assert not is_local(os.makedev(4000, 1))
    device = tmp_path.stat().st_dev
    if not mount_point(tmp_path):
        pytest.skip("this system lists no mount for the temporary folder: it runs in a chroot")
    assert filesystem(device, tmp_path)
    assert str(tmp_path).startswith(mount_point(tmp_path))


def test_a_writer_is_seen_while_it_writes(tmp_path: Path) -> None:
    """The kernel tells of a writer in this process and in another, and of its end."""
    path = tmp_path / "scan"
    path.touch()
    if not is_local(tmp_path.stat().st_dev, tmp_path):
        pytest.skip("the temporary folder is not on a local file system")
    with path.open("rb") as reading:
        assert held_by_a_writer(reading.fileno(), path) is False
        with path.open("ab"):
            assert held_by_a_writer(reading.fileno(), path) is True
        other = subprocess.Popen(
            [sys.executable, "-c", "import sys; f = open(sys.argv[1], 'ab'); print(flush=True); input()", str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert other.stdout is not None
        other.stdout.readline()
        assert held_by_a_writer(reading.fileno(), path) is True
        other.communicate(b"\n")
        assert held_by_a_writer(reading.fileno(), path) is False
