"""How fast sealing and opening are, as ratios: ``python -m bench.vault.throughput``."""

import io
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vault.keyfile import FAST
from vault.keys import create_keys, unlock
from vault.stores.local import LocalStore
from vault.stores.memory import MemoryStore
from vault.stream import open_stream, seal_stream
from vault.vault import Vault

MB = 1_000_000
SIZE = 64 * MB
RUNS = 7
KEY, AAD = bytes(32), b"bench"
PIECE = 1024 * 1024


def main() -> None:
    """Print one line a measurement."""
    content = os.urandom(SIZE)
    pieces = [content[at : at + PIECE] for at in range(0, SIZE, PIECE)]
    ciphertext = list(seal_stream(io.BytesIO(content), KEY, AAD))
    raw, nonces = AESGCM(KEY), [number.to_bytes(12, "big") for number in range(len(pieces))]
    sealed = [raw.encrypt(nonce, piece, None) for nonce, piece in zip(nonces, pieces, strict=True)]
    base_seal = _rate(lambda: _drain(raw.encrypt(n, p, None) for n, p in zip(nonces, pieces, strict=True)))
    base_open = _rate(lambda: _drain(raw.decrypt(n, p, None) for n, p in zip(nonces, sealed, strict=True)))
    _say("raw AES-256-GCM, 1 MiB pieces: seal", base_seal, base_seal)
    _say("raw AES-256-GCM, 1 MiB pieces: open", base_open, base_open)
    _say("our streaming format: seal", _rate(lambda: _drain(seal_stream(io.BytesIO(content), KEY, AAD))), base_seal)
    _say("our streaming format: open", _rate(lambda: _drain(open_stream(ciphertext, KEY, AAD))), base_open)
    _tink(content, base_seal, base_open)
    _whole(content, base_seal, base_open)
    _files(content)


def _whole(content: bytes, base_seal: float, base_open: float) -> None:
    """The whole vault over a store in memory: hashes, read-back, envelope and signatures included."""
    with tempfile.TemporaryDirectory() as folder:
        create_keys(Path(folder), "specimen heron violet anchor", cost=FAST)
        keys = unlock(Path(folder), "specimen heron violet anchor")
    store = MemoryStore()
    vault = Vault(store, keys.public, keys)
    object_id = vault.seal_bytes(content, document="d", role="r").object_id

    def seal() -> None:
        vault.withdraw(vault.seal_bytes(content, document="d", role="r").object_id)

    def small() -> None:
        for _ in range(100):
            vault.withdraw(vault.seal_bytes(b"x" * 10_000, document="d", role="r").object_id)

    _say("whole vault in memory (hash, store, read back, hash): seal", _rate(seal), base_seal)
    _say("whole vault in memory (hash, then open): open", _rate(lambda: _drain(_open(vault, object_id))), base_open)
    print(f"{'a 10 kB document sealed whole, in memory':62} {_seconds(small) * 10:8.2f} ms")


def _files(content: bytes) -> None:
    """A file sealed into a local store and opened again, against a plain copy with fsync there and back."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as text:
        folder = Path(text)
        create_keys(folder, "specimen heron violet anchor", cost=FAST)
        keys = unlock(folder, "specimen heron violet anchor")
        vault = Vault(LocalStore.create(folder / "store", archive=keys.public.archive), keys.public, keys)
        scan, copy, back = folder / "scan", folder / "copy", folder / "back"
        scan.write_bytes(content)

        def plain() -> None:
            for source, target in ((scan, copy), (copy, back)):
                with source.open("rb") as reading, target.open("wb") as writing:
                    shutil.copyfileobj(reading, writing, PIECE)
                    writing.flush()
                    os.fsync(writing.fileno())

        def through_vault() -> None:
            with scan.open("rb") as reading:
                object_id = vault.seal(reading, document="d", role="r").object_id
            with back.open("wb") as writing:
                writing.writelines(_open(vault, object_id))
                writing.flush()
                os.fsync(writing.fileno())
            vault.withdraw(object_id)

        wall = time.perf_counter  # the disk is what counts here
        ours, copied = _rate(through_vault, wall), _rate(plain, wall)
        _say("local store: put and get of a 64 MB file, to copy with fsync", ours, copied)


def _tink(content: bytes, base_seal: float, base_open: float) -> None:
    try:
        from tests.vault.test_stream import KeptOpen, tink  # noqa: PLC0415  # only where Tink is installed
    except ImportError:
        print("Tink is not installed here")
        return
    primitive, kept = tink(), KeptOpen()

    def seal() -> None:
        kept.seek(0)
        with primitive.new_encrypting_stream(kept, AAD) as stream:
            stream.write(content)

    seal_rate = _rate(seal)
    ciphertext = kept.getvalue()
    open_rate = _rate(lambda: primitive.new_decrypting_stream(io.BytesIO(ciphertext), AAD).read())
    _say("Tink, same format: seal", seal_rate, base_seal)
    _say("Tink, same format: open", open_rate, base_open)


def _open(vault: Vault, object_id: str) -> list[bytes]:
    return list(vault.open(object_id, document="d", role="r"))


def _drain(pieces: object) -> None:
    for _ in pieces:  # type: ignore[attr-defined]
        pass


def _seconds(run: Callable[[], object], clock: Callable[[], float] = time.process_time) -> float:
    """The median time of a run: of this process's CPU, so that other work on the machine does not count."""
    run()
    times = []
    for _ in range(RUNS):
        start = clock()
        run()
        times.append(clock() - start)
    return statistics.median(times)


def _rate(run: Callable[[], object], clock: Callable[[], float] = time.process_time) -> float:
    return SIZE / MB / _seconds(run, clock)


def _say(what: str, rate: float, base: float) -> None:
    print(f"{what:62} {rate:8.0f} MB/s  ratio {rate / base:5.2f}", flush=True)


if __name__ == "__main__":
    main()
