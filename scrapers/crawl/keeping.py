"""Kept pages of a crawl: ``pages/<half>/<key>/``, written before the person's file, so that whoever
has one has the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from operators.output import produce
from scrapers.crawl.errors import CannotWriteError
from scrapers.crawl.folder import CrawlFolder
from scrapers.crawl.keys import name_of
from scrapers.halves import Half, PersonFile
from scrapers.kept import pack, unpack
from scrapers.record import Keep, Seen


def keeper(folder: CrawlFolder, half: Half, secrets: Callable[[], Iterable[str]] = tuple) -> Keep:
    """What a scraper of that half takes as ``keep``: it puts a person's pages in place, over those
    of an earlier visit.

    ``secrets`` gives the words that must stand in none of them. It raises CannotWriteError.
    """

    def keep(key: str, seen: tuple[Seen, ...]) -> None:
        files = pack(key, seen, secrets())
        output = folder.place.output(_name(half, key))
        try:
            produce(output, _write, replace=True, files=files)
        except OSError as error:
            raise CannotWriteError(
                error.errno, error.strerror or str(error), error.filename or output.path
            ) from error

    return keep


def kept_of(folder: CrawlFolder, half: Half, file: PersonFile) -> tuple[Seen, ...]:
    """The pages that this file was read from. Raises NotKept."""
    standing = folder.place.output(_name(half, file.key)).files()
    found = folder.place.read_many([path.removeprefix(f"{folder}/") for path in standing.values()])
    # What is named and gone (of a set in a store, the manifest still tells of it) is left out:
    # `unpack` says which page it is.
    files = {
        name: text for name, (_, text) in zip(standing, found, strict=True) if text is not None
    }
    return unpack(file.key, files, file.provenance.pages)


def _name(half: Half, key: str) -> str:
    return f"pages/{half}/{name_of(key)}/"


def _write(output_path: str, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (Path(output_path) / name).write_bytes(content)
