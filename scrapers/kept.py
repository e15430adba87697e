"""Kept pages: the texts that a person's file was read from, as files that can be read again (``cj
reparse``).

``index.json`` says of each page what it is and what was asked for; the pages stand beside it,
compressed. Passwords, tokens and the like are taken out of them (`resilience.scrub.scrub_page`),
and addresses are kept without their queries."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from pydantic import ValidationError

from resilience.faults import Fault
from resilience.scrub import scrub_page
from scrapers.record import PageProof, RecordModel, Seen

FORMAT = "cj-report-card/kept-pages"
INDEX = "index.json"
_ODD = re.compile(r"[^A-Za-z0-9-]")


class NotKept(Fault):
    """The kept pages do not hold what is asked for; the message says what."""


class KeptPage(RecordModel):
    """One page. ``sha256`` is that of the text as it came, as in the provenance of the file that
    was read from it."""

    kind: str
    url: str
    about: dict[str, str]
    sha256: str
    file: str


class KeptIndex(RecordModel):
    """``index.json``."""

    format: str = FORMAT
    key: str
    pages: tuple[KeptPage, ...]


def pack(key: str, seen: Iterable[Seen], secrets: Iterable[str] = ()) -> dict[str, bytes]:
    """The files, by name. The same texts give the same bytes."""
    known, pages, files = tuple(secrets), [], {}
    for number, one in enumerate(seen, 1):
        text = scrub_page(one.text, known)
        suffix = "json" if text.lstrip()[:1] in ("{", "[") else "html"
        name = f"{number:03}-{_ODD.sub('_', one.kind)}.{suffix}.gz"
        files[name] = _zipped(text)
        proof = one.proof
        pages.append(
            KeptPage(
                kind=one.kind,
                url=_bare(one.url),
                about=dict(one.about),
                sha256=proof.sha256,
                file=name,
            )
        )
    index = KeptIndex(key=key, pages=tuple(pages))
    return {INDEX: (index.model_dump_json(indent=1) + "\n").encode(), **files}


def unpack(key: str, files: Mapping[str, bytes], proofs: Iterable[PageProof]) -> tuple[Seen, ...]:
    """The texts again. ``proofs`` are the provenance of the person's file: pages of another reading
    are not taken for it.

    Raises NotKept for what is missing, damaged, or does not belong together.
    """
    if INDEX not in files:
        raise NotKept("no pages were kept")
    try:
        index = KeptIndex.model_validate_json(files[INDEX])
    except ValidationError as error:
        raise NotKept(
            "the index of the kept pages is not readable: "
            f"{error.errors(include_url=False)[0]['msg']}"
        ) from None
    if index.format != FORMAT or index.key != key:
        raise NotKept(f"the kept pages are {index.format} of {index.key!r}")
    if not {page.sha256 for page in index.pages} <= {proof.sha256 for proof in proofs}:
        raise NotKept("the kept pages are not those that the file was read from")
    return tuple(Seen(page.kind, page.url, _text(page, files), page.about) for page in index.pages)


def _text(page: KeptPage, files: Mapping[str, bytes]) -> str:
    try:
        return gzip.decompress(files[page.file]).decode("utf-8")
    except KeyError:
        raise NotKept(f"the kept page {page.file} is gone") from None
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise NotKept(f"the kept page {page.file} is damaged: {error}") from None


def _zipped(text: str) -> bytes:
    """Without a name and a time, so that the same text gives the same bytes."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=buffer, mtime=0) as file:
        file.write(text.encode("utf-8", "replace"))
    return buffer.getvalue()


def _bare(url: str) -> str:
    """The address without user, query and fragment, which may hold what is good for one portal
    session only."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()
