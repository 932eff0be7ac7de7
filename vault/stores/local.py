"""A store in a local folder, or on a mounted share."""

import errno
import os
import secrets
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from vault.durable import make_private_folder, sync_folder, write_durably
from vault.errors import NameTaken, NameUnknown, StoreFailed, StoreForeign, StoreFull, StoreGone, StoreRefused
from vault.stores.names import checked_name, checked_prefix
from vault.stores.store import Stored

SENTINEL: Final = ".juanzong-store"
"""Proves that this is the store and not the empty folder it is mounted on; holds the archive's id."""
INCOMING: Final = ".incoming"
PIECE: Final = 1024 * 1024
STALE_SECONDS: Final = 3600
"""A file of a write that has not grown for so long belongs to nobody that still lives."""
SHRED_UP_TO: Final = 64 * 1024
"""Envelopes are below this: they are overwritten before they are removed (docs/threat-model.md N4)."""
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_GONE: Final = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ENODEV, errno.ENXIO, errno.ESTALE, errno.ENOTCONN})
_REFUSED: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_NO_LINKS: Final = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})
"""What file systems without hard links (exFAT, some shares) answer."""


class LocalStore:
    """Keeps objects as files of a folder; implements ``Store``. Files are 0600, folders 0700."""

    def __init__(self, root: Path, *, archive: str) -> None:
        """Use the store of ``archive`` at ``root``.

        Raises:
            StoreGone: the folder or its sentinel file is not there: perhaps the disk is not mounted.
            StoreForeign: it belongs to another archive.
        """
        self.root = root
        self._archive = archive
        self._lasting: set[Path] = set()
        """Folders whose own names this process has seen to last: to sync them again for each object is half a put."""
        self._check_mounted()

    @classmethod
    def create(cls, root: Path, *, archive: str) -> "LocalStore":
        """Make an empty store of ``archive`` at ``root`` and return it; one that is there already is used as it is.

        Raises:
            StoreForeign: there is a store of another archive.
            StoreFailed: the folder cannot be made.
        """
        with _told(str(root)):
            if not (root / SENTINEL).exists():
                make_private_folder(root)
                write_durably(root / SENTINEL, f"{archive}\n".encode())
        return cls(root, archive=archive)

    @classmethod
    def found(cls, root: Path) -> "LocalStore":
        """Use the store at ``root``, whichever archive's it is: a backup on a machine that knows nothing yet.

        Raises:
            StoreGone: there is no store.
            StoreFailed: it cannot be read.
        """
        with _told(str(root)):
            try:
                owner = (root / SENTINEL).read_text(encoding="ascii").strip()
            except (FileNotFoundError, NotADirectoryError, UnicodeDecodeError) as error:
                raise StoreGone(store=str(root)) from error
        return cls(root, archive=owner)

    @property
    def label(self) -> str:
        """Where this store is, for messages."""
        return str(self.root)

    def put(self, name: str, source: BinaryIO) -> int:
        """Keep all of ``source`` under ``name``: temporary name, fsync, link, fsync of the folder.

        Raises:
            NameTaken, StoreFailed: as ``Store`` says.
        """
        path = self._path(name)
        with _told(self.label):
            self._check_mounted()
            incoming = self.root / INCOMING
            incoming.mkdir(mode=0o700, exist_ok=True)
            temporary = incoming / secrets.token_hex(16)
            try:
                size = _write(temporary, source)
                self._make_folder(path.parent)
                try:
                    _name_once(temporary, path)
                except FileNotFoundError:  # somebody tidied the folder away since
                    self._make_folder(path.parent, again=True)
                    _name_once(temporary, path)
            except FileExistsError as error:
                raise NameTaken(store=self.label, name=name) from error
            finally:
                temporary.unlink(missing_ok=True)
            sync_folder(path.parent)
        return size

    def get(self, name: str, offset: int = 0) -> Iterator[bytes]:
        """Yield the bytes under ``name`` from ``offset`` on.

        Raises:
            NameUnknown, StoreFailed: as ``Store`` says.
        """
        path = self._path(name)
        with _told(self.label):
            try:
                file = path.open("rb", buffering=0)
            except FileNotFoundError as error:
                self._check_mounted()
                raise NameUnknown(store=self.label, name=name) from error
            with file:
                file.seek(offset)
                while piece := file.read(PIECE):
                    yield piece

    def size(self, name: str) -> int | None:
        """Return the size of what is under ``name`` in bytes, or None when there is nothing."""
        with _told(self.label):
            try:
                return self._path(name).stat().st_size
            except FileNotFoundError:
                self._check_mounted()
                return None

    def delete(self, name: str) -> None:
        """Remove ``name``; what is as small as an envelope is overwritten first."""
        path = self._path(name)
        with _told(self.label):
            try:
                _overwrite(path)
                path.unlink()
            except FileNotFoundError:
                self._check_mounted()
                return
            sync_folder(path.parent)

    def names(self, prefix: str = "") -> Iterator[Stored]:
        """Yield everything whose name starts with ``prefix``, in the order of names."""
        folder, slash, tail = checked_prefix(prefix).rpartition("/")
        with _told(self.label):
            self._check_mounted()
            yield from _walk(self.root / folder if folder else self.root, folder + slash, tail)

    def free_bytes(self) -> int:
        """Return the room left on the store's disk.

        Raises:
            StoreFailed: it cannot be asked.
        """
        with _told(self.label):
            self._check_mounted()
            return shutil.disk_usage(self.root).free

    def sweep(self, *, older_than: float = STALE_SECONDS) -> int:
        """Remove what interrupted writes left behind and return how many; a write that goes on is left alone.

        ``older_than`` seconds after its last change a file counts as left behind. Should its writer live after all, its
        own write fails and is told; nothing that was kept is touched.

        Raises:
            StoreFailed: the folder cannot be read or changed.
        """
        removed = 0
        with _told(self.label):
            for path in (self.root / INCOMING).glob("*"):
                with suppress(FileNotFoundError):
                    if time.time() - path.stat().st_mtime > older_than:
                        path.unlink()
                        removed += 1
        return removed

    def _make_folder(self, folder: Path, *, again: bool = False) -> None:
        if again or folder not in self._lasting:
            make_private_folder(folder)
            self._lasting.add(folder)

    def _path(self, name: str) -> Path:
        return self.root.joinpath(*checked_name(name).split("/"))

    def _check_mounted(self) -> None:
        try:
            owner = (self.root / SENTINEL).read_text(encoding="ascii").strip()
        except (FileNotFoundError, NotADirectoryError) as error:
            raise StoreGone(store=self.label) from error
        except OSError as error:
            raise _failure(error, self.label) from error
        except UnicodeDecodeError as error:
            raise StoreForeign(store=self.label, owner="?") from error
        if owner != self._archive:
            raise StoreForeign(store=self.label, owner=owner)


def _write(path: Path, source: BinaryIO) -> int:
    size = 0
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb", buffering=0) as file:
        while piece := source.read(PIECE):
            view = memoryview(piece)
            while view:
                view = view[file.write(view) :]
            size += len(piece)
        os.fsync(file.fileno())
    return size


def _overwrite(path: Path) -> None:
    """Overwrite a small file of ours; what somebody put in its place (a link to another file) is let be."""
    if path.is_symlink():
        return
    handle = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(handle, "r+b", buffering=0) as file:
        status = os.fstat(file.fileno())
        if stat.S_ISREG(status.st_mode) and status.st_size <= SHRED_UP_TO:
            file.write(secrets.token_bytes(status.st_size))
            os.fsync(file.fileno())


def _name_once(temporary: Path, path: Path) -> None:
    """Give the file its name unless there is one of that name: a link never overwrites, a rename would."""
    try:
        os.link(temporary, path)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if path.exists():
            raise FileExistsError(path) from error
        temporary.rename(path)


def _walk(folder: Path, lead: str, tail: str = "") -> Iterator[Stored]:
    """Yield what lies under ``folder``, whose name is ``lead``, in what starts with ``tail``."""
    try:
        found = [one for one in os.scandir(folder) if one.name.startswith(tail) and not one.name.startswith(".")]
    except (FileNotFoundError, NotADirectoryError):
        return
    # "/" sorts before letters and digits but after "." and "-": folders are compared with it, as S3 does.
    for entry in sorted(found, key=lambda one: one.name + "/" * one.is_dir(follow_symlinks=False)):
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(folder / entry.name, f"{lead}{entry.name}/")
        else:
            try:
                yield Stored(lead + entry.name, entry.stat(follow_symlinks=False).st_size)
            except FileNotFoundError:  # removed since the folder was listed
                continue


@contextmanager
def _told(label: str) -> Iterator[None]:
    """Turn the system's errors into the store's."""
    try:
        yield
    except OSError as error:
        raise _failure(error, label) from error


def _failure(error: OSError, label: str) -> StoreFailed:
    if error.errno in _FULL:
        return StoreFull(store=label)
    if error.errno in _GONE:
        return StoreGone(store=label)
    if error.errno in _REFUSED:
        return StoreRefused(store=label, reason=error.strerror or "")
    return StoreFailed(store=label, reason=error.strerror or str(error))
