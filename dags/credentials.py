"""User and password of a court, and the database's address: from Airflow's connections, the
environment, or ``.env``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk import Connection
from airflow.sdk.exceptions import AirflowNotFoundException
from airflow.sdk.log import mask_secret

from dags.settings import SettingError, data_folder, is_stored, outside

if TYPE_CHECKING:
    from scrapers.sites import Site

DATABASE = "cj_database"


def credentials(site: Site) -> tuple[str | None, str | None]:
    """User and password of the site's court; both None where it needs none. Raises SettingError.

    First the connection ``odyssey_<site>`` (dashes as underscores), then ``odyssey``, then
    ODYSSEY_USER and ODYSSEY_PASS from the environment or ``.env`` in the working folder or
    Airflow's home. The password is masked in logs."""
    if site.court is None or site.court.sign_in == "none":
        return None, None
    own = f"odyssey_{site.key.replace('-', '_')}"
    for name in (own, "odyssey"):
        known = _connection(name)
        if known is not None and known.login and known.password:
            mask_secret(known.password)
            return known.login, known.password
    user, password = outside().odyssey_user, outside().password
    if not user or not password:
        raise SettingError(
            f"the court of {site.key} needs a sign-in: make the Airflow connection {own} (login "
            "and password), or set "
            "ODYSSEY_USER and ODYSSEY_PASS"
        )
    mask_secret(password)
    return user, password


def database() -> str:
    """The database's address: the connection ``cj_database``, else CJ_DATABASE, else SQLite in the
    data folder.

    Raises SettingError where the data folder is in an object store, which holds no SQLite.
    """
    known = _connection(DATABASE)
    if known is not None:
        if known.password:
            mask_secret(known.password)
        return str(known.get_uri())
    given = outside().database
    if given is None and is_stored():
        raise SettingError(
            f"the data lies in {data_folder()}, which holds no SQLite: set CJ_DATABASE to a "
            "PostgreSQL (or make the "
            f"connection {DATABASE})"
        )
    return given or f"sqlite:///{data_folder()}/cj.sqlite"


def _connection(name: str) -> Connection | None:
    try:
        known: Connection = Connection.get(name)
    except AirflowNotFoundException:
        return None
    return known
