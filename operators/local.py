"""Files and folders on a file system: the commits ``create`` (first writer wins) and ``replace``.

The order is always: bytes to the disk, then the name in one step, then the name to the disk. A
crash, a SIGKILL or a full disk before the name leaves nothing but a temporary for the sweeper."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import logging
import os
import stat
from collections.abc import Callable, Iterator

from . import checksum, disk
from . import note as notes
from .errors import NotAnOutputError
from .note import Note
from .temporary import LOCK, PREFIX, REPLACED, Temporary, aside, folder_lock, restore

__all__ = ["LocalTarget", "LocalWrite"]

INVALID = ".invalid"
LONGEST = 255
"""Bytes of one name on the usual file systems."""
_log = logging.getLogger(__name__)


class LocalTarget:
    """Where one output stands. A path that is a link is written through: the file it points to is
    the target."""

    def __init__(
        self, path: str, *, is_folder: bool, mode: int | None, scratch: str | None
    ) -> None:
        separators = "/" if os.sep == "/" else "/\\"
        bare = path.rstrip(separators)
        name = os.path.basename(bare)
        if name in ("", ".", "..", LOCK) or name.startswith((PREFIX, REPLACED)):
            raise ValueError(f"Not a name for an output: {path!r}")
        self._bare = bare
        self._path = path
        self._is_folder = is_folder
        self._mode = mode
        self._scratch = scratch

    def exists(self) -> bool:
        """Whether a file (a folder, for a path ending in a slash) stands there; other kinds are not
        the output."""
        try:
            found = os.stat(self._bare)
        except (FileNotFoundError, NotADirectoryError):
            return False
        other = disk.other_case(self._bare, found)
        if other is not None:
            raise NotAnOutputError(
                f"{self._path!r} stands as {other!r}: on this disk names that differ in case "
                "are one"
            )
        return stat.S_ISDIR(found.st_mode) if self._is_folder else stat.S_ISREG(found.st_mode)

    def files(self) -> dict[str, str]:
        """What a folder holds at its first level, by name; a file is its own only entry."""
        if not self._is_folder:
            return {os.path.basename(self._bare): self._bare} if self.exists() else {}
        with contextlib.suppress(FileNotFoundError), os.scandir(self._bare) as entries:
            return {
                each.name: os.path.join(self._bare, each.name) + "/" * each.is_dir()
                for each in sorted(entries, key=lambda entry: entry.name)
            }
        return {}

    def checksums(self) -> dict[str, str]:
        """The sha256 of every file by its name relative to the output."""
        if self._is_folder:
            return checksum.of_folder(self._bare)
        return {os.path.basename(self._bare): checksum.of_file(self._bare)}

    def note(self) -> Note | None:
        """The maker's note, if there is one."""
        return notes.read(self._bare)

    def put_note(self, made: Note) -> None:
        """Write the note of what stands anew."""
        notes.write(self._bare, made, self._mode)

    def size(self) -> int:
        """Bytes of what stands."""
        if not self._is_folder:
            return os.path.getsize(self._bare)
        walked = os.walk(self._bare)
        return sum(os.path.getsize(os.path.join(p, n)) for p, _, names in walked for n in names)

    @contextlib.contextmanager
    def writing(self) -> Iterator[LocalWrite]:
        """A temporary for one output, gone at the end. Raises `NotAnOutputError` when something of
        another kind stands there."""
        target = os.path.realpath(self._bare)
        self._refuse_other_kinds(target)
        parent, name = os.path.split(target)
        disk.make_folders(parent, self._mode)
        restore(parent, name)
        if self._scratch is not None:
            disk.make_folders(os.path.abspath(self._scratch), self._mode)
        write = LocalWrite(
            target, self._scratch or parent, is_folder=self._is_folder, mode=self._mode
        )
        try:
            yield write
        finally:
            write.remove()

    def _refuse_other_kinds(self, target: str) -> None:
        if os.path.lexists(target) and not self.exists():
            raise NotAnOutputError(
                f"{self._path!r} should be a {'folder' if self._is_folder else 'file'}, and "
                "something else stands there"
            )


class LocalWrite:
    """One output being written: ``path`` is what the callable gets; then `complete`, then `create`
    or `replace`."""

    def __init__(self, target: str, beside: str, *, is_folder: bool, mode: int | None) -> None:
        self._target = target
        self._parent, self._name = os.path.split(target)
        self._is_folder = is_folder
        self._mode = mode
        self._temporaries = [Temporary(os.path.abspath(beside), self._name)]
        if is_folder:
            os.mkdir(self._written)
        self.path = self._written + os.sep if is_folder else self._written

    @property
    def _written(self) -> str:
        return self._temporaries[-1].path

    def complete(self) -> None:
        """Make what the callable left a whole output: created if untouched, of the right kind, with
        its mode.

        Raises `NotAnOutputError` for a folder where a file belongs, the reverse, a link, a pipe.
        """
        if not os.path.lexists(self._written):
            if self._is_folder:
                os.mkdir(self._written)
            else:
                os.close(os.open(self._written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
        kind = os.lstat(self._written).st_mode
        if not (stat.S_ISDIR(kind) if self._is_folder else stat.S_ISREG(kind)):
            wanted = "a folder" if self._is_folder else "a file"
            raise NotAnOutputError(
                f"{self._target!r} should be {wanted}; the callable left {_kind(kind)}"
            )
        strays = self._temporaries[-1].strays()
        if strays:
            _log.warning("Written beside output_path, so not kept: %s", ", ".join(strays))
        if self._mode is not None:
            disk.set_mode(self._written, self._mode)

    def settle(self) -> None:
        """The bytes to the disk, on the target's device: a temporary elsewhere is copied beside the
        target first. To be called before `create` or `replace`."""
        if os.lstat(self._written).st_dev != os.stat(self._parent).st_dev:
            self._copy_beside()
        self._sync()

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Keeps other writers who ask for the same away while the block runs: for a note and its
        output, which no single system call can write."""
        with folder_lock(self._parent, self._mode):
            yield

    def checksums(self) -> tuple[dict[str, str], int]:
        """What is about to be committed: the sha256 of every file by its name, and bytes in all."""
        if not self._is_folder:
            size = os.path.getsize(self._written)
            return {self._name: checksum.of_file(self._written)}, size
        sums = checksum.of_folder(self._written)
        return sums, sum(os.path.getsize(os.path.join(self._written, name)) for name in sums)

    def put_note(self, made: Note | None) -> None:
        """Write the note of what is about to be committed; None takes it away."""
        notes.write(self._target, made, self._mode)

    def create(self, standing_is_valid: Callable[[], bool]) -> bool:
        """Commit unless a valid output stands: whether ours does now. An invalid one is set aside
        as ``.<name>.invalid``."""
        try:
            self._move(lambda: disk.move_new(self._written, self._target))
            won = True
        except FileExistsError:
            won = self._create_instead(standing_is_valid)
        except disk.UnsupportedError:
            won = self._create_under_lock(standing_is_valid)
        self._finish()
        return won

    def replace(self) -> None:
        """Commit over whatever output stands: in one step, except for a folder where the system has
        no exchange."""
        if self._is_folder:
            self._replace_folder()
        else:
            self._move(lambda: os.replace(self._written, self._target))
        self._finish()

    def remove(self) -> None:
        """Remove the temporaries; harmless when they are gone."""
        while self._temporaries:
            self._temporaries.pop().remove()

    # --- the steps

    def _sync(self) -> None:
        if self._is_folder:
            disk.sync_tree(self._written)
        else:
            disk.sync_file(self._written)

    def _copy_beside(self) -> None:
        near = Temporary(self._parent, self._name)
        source = self._written
        self._temporaries.append(near)
        disk.copy_tree(source, near.path)

    def _finish(self) -> None:
        """The names to the disk: one flush for the new one and for the temporary's end."""
        self.remove()
        disk.sync_folder(self._parent)

    def _move(self, step: Callable[[], None]) -> None:
        try:
            step()
        except OSError as error:
            # One device number can hide two mounts (bind mounts, subvolumes, quotas): then only a
            # copy gets across.
            if error.errno != errno.EXDEV or len(self._temporaries) > 1:
                raise
            self._copy_beside()
            self._sync()
            step()

    def _create_instead(self, standing_is_valid: Callable[[], bool]) -> bool:
        """Something stands: valid, then we lost; invalid (judged under the lock), then ours takes
        its place."""
        with folder_lock(self._parent, self._mode):
            if standing_is_valid():
                return False
            if not os.path.lexists(self._target):
                return self._create_locked()
            kind = os.lstat(self._target).st_mode
            if stat.S_ISDIR(kind) != self._is_folder or stat.S_ISLNK(kind):
                raise NotAnOutputError(
                    f"{self._target!r} was made something else meanwhile: {_kind(kind)}"
                )
            old = os.path.join(self._parent, _invalid_name(self._name))
            if os.path.lexists(old):
                disk.remove_tree(old)
            try:
                disk.exchange(self._written, self._target)
                os.rename(self._written, old)
            except disk.UnsupportedError:
                # The window: between these two steps there is no output, which is no worse than an
                # invalid one.
                os.rename(self._target, old)
                os.rename(self._written, self._target)
        _log.warning("An output that was not valid is now %s", old)
        return True

    def _create_under_lock(self, standing_is_valid: Callable[[], bool]) -> bool:
        with folder_lock(self._parent, self._mode):
            if not os.path.lexists(self._target):
                return self._create_locked()
        return self._create_instead(standing_is_valid)

    def _create_locked(self) -> bool:
        os.rename(self._written, self._target)
        return True

    def _replace_folder(self) -> None:
        while True:
            try:
                self._move(lambda: disk.move_new(self._written, self._target))
                return
            except FileExistsError:
                try:
                    disk.exchange(self._written, self._target)
                    disk.sync_folder(
                        self._parent
                    )  # before the old one, now the temporary, is removed
                    return
                except FileNotFoundError:
                    continue  # whoever stood there is gone again
                except disk.UnsupportedError:
                    break
            except disk.UnsupportedError:
                break
        with folder_lock(self._parent, self._mode):
            old = aside(self._parent, self._name)
            if os.path.lexists(self._target):
                if os.path.lexists(old):
                    disk.remove_tree(old)
                os.mkdir(old, 0o700)
                # The window of the docs: a crash between these two renames leaves the old folder
                # set aside, which the next produce or sweep puts back.
                os.rename(self._target, os.path.join(old, self._name))
            os.rename(self._written, self._target)
            disk.sync_folder(self._parent)
            if os.path.lexists(old):
                disk.remove_tree(old)


def _invalid_name(name: str) -> str:
    """``.<name>.invalid``; of a name too long for that its beginning and a digest."""
    whole = f".{name}{INVALID}"
    if len(os.fsencode(whole)) <= LONGEST:
        return whole
    digest = hashlib.sha256(os.fsencode(name)).hexdigest()[:12]
    begin = os.fsencode(name)[:200].decode("utf-8", "ignore")
    return f".{begin}-{digest}{INVALID}"


def _kind(mode: int) -> str:
    names = {stat.S_IFDIR: "a folder", stat.S_IFREG: "a file", stat.S_IFLNK: "a link"}
    return names.get(stat.S_IFMT(mode), "something that is neither file nor folder")
