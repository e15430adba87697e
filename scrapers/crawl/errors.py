"""What can be wrong with how a crawl is asked for: every one is a single clear line, and exit 2 of
``cj``."""

from __future__ import annotations


class CrawlUsageError(ValueError):
    """The crawl cannot be made as asked; the message says why and what would be right."""


class BadListError(CrawlUsageError):
    """The file of ``--only`` is not what it should be; the message names file and line."""


class OtherCrawlError(CrawlUsageError):
    """The folder belongs to another crawl; the message names both."""


class FolderInUseError(CrawlUsageError):
    """Another process is working in the crawl folder."""


class NoRosterError(CrawlUsageError):
    """There is nobody to ask about: no roster in the folder, or an empty one."""


class CannotWriteError(OSError):
    """What was read cannot be put into the crawl folder: no portal's doing, and no person's."""
