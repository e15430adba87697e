"""The app's name for Django, and what is wrong with its settings, told at start."""

from __future__ import annotations

from collections.abc import Sequence

from django.apps import AppConfig
from django.core import checks

from cj_web.published import FolderError, folder_of


class CjWebConfig(AppConfig):
    """``cj_web`` in ``INSTALLED_APPS``."""

    name = "cj_web"
    verbose_name = "Jail report cards"

    def ready(self) -> None:
        """Register the check of the folder."""
        checks.register(check_folder)


def check_folder(**_: object) -> Sequence[checks.CheckMessage]:
    """A folder that is missing or was not written by `cj publish` is a warning: a server may start
    before the first release, and answers 503 until then."""
    try:
        folder_of().index()
    except FolderError as wrong:
        return [checks.Warning(str(wrong), id="cj_web.W001")]
    return []
