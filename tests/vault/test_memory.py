"""Large documents pass through in pieces: memory does not grow with them."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.vault.conftest import PASSPHRASE, Archive
from tests.vault.stores import swift

LIMIT_MB = 64
pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from /proc")
SCRIPT = """
import hashlib, sys
from pathlib import Path
from vault.keys import unlock
from vault.vault import Vault

home, passphrase, size, where = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]
keys = unlock(home, passphrase)
if where == "local":
    from vault.stores.local import LocalStore
    store = LocalStore.create(home / "store", archive=keys.public.archive)
else:
    from vault.stores.s3 import S3Settings, S3Store
    settings = S3Settings(where, "vault", sys.argv[5], sys.argv[6], prefix="large/", secure=False)
    store = S3Store.create(settings, archive=keys.public.archive)

class Scan:
    left = size
    def read(self, length):
        length = min(length, self.left)
        self.left -= length
        return b"x" * length

def digest(length):
    running, piece = hashlib.sha256(), b"x" * 1_000_000
    for _ in range(length // len(piece)):
        running.update(piece)
    running.update(piece[: length % len(piece)])
    return running.digest()

expected = digest(size)
vault = Vault(store, keys.public, keys)
sealed = vault.seal(Scan(), document="large", role="original")
opened = hashlib.sha256()
for piece in vault.open(sealed.object_id, document="large", role="original"):
    opened.update(piece)
assert opened.digest() == expected and sealed.plain_size == size
vault.withdraw(sealed.object_id)
# Not getrusage: its peak includes what the parent held when this process was forked.
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(int(peak.split()[1]) // 1024)
"""


def peak_mb(archive: Archive, size: int, *where: str) -> int:
    """Seal and open so many bytes in a process of their own and return the most memory it held, in MB."""
    command = [sys.executable, "-c", SCRIPT, str(archive.home), PASSPHRASE, str(size), *where]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    return int(done.stdout)


def test_a_large_document_takes_little_memory(archive: Archive) -> None:
    """60 MB pass through the local store in under 64 MB of memory, the program itself included."""
    assert peak_mb(archive, 60_000_000, "local") < LIMIT_MB


@pytest.mark.slow
def test_500_mb_take_little_memory(archive: Archive) -> None:
    """500 MB pass through the local store in under 64 MB of memory, the program itself included."""
    assert peak_mb(archive, 500_000_000, "local") < LIMIT_MB


@pytest.mark.slow
def test_500_mb_take_little_memory_on_s3(archive: Archive, s3_endpoint: str) -> None:
    """500 MB pass through a bucket in parts, with the SDK's own code on top."""
    assert peak_mb(archive, 500_000_000, s3_endpoint, swift.ACCESS_KEY, swift.SECRET_KEY) < LIMIT_MB
