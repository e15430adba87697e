"""Everything that a user sets from outside, read at one place: the environment, else ``.env``, else
``cj.toml``, both in the working folder.

A name that is set to nothing counts as not set. Nothing is kept: who asks twice gets what stands
then."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from pydantic import AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

TOML = "cj.toml"
DOTENV = ".env"


class SettingsError(ValueError):
    """A settings file cannot be read, or a value is not what it may be; the message says which."""


def _named(name: str) -> AliasChoices:
    """A setting without the prefix of the others."""
    return AliasChoices(name, name.lower())


class Settings(BaseSettings):
    """The settings, each with the name of its environment variable: ``contact`` is CJ_CONTACT, in
    ``cj.toml`` it is ``contact``."""

    model_config = SettingsConfigDict(
        env_prefix="CJ_",
        env_file=DOTENV,
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        toml_file=TOML,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        populate_by_name=True,
    )

    site: str | None = None
    """The county, where a command or a run names none."""
    sites: Path | None = None
    """The user's own ``sites.toml``; without it the one in the working folder, if there is one."""
    contact: str | None = None
    """The user's own address (e-mail or web page), owed to every real site."""
    database: str | None = None
    """Address of the database."""
    publisher: str | None = None
    """Who publishes, as the published site names them."""
    pace_redis: str | None = None
    """A Redis that keeps the pace of several machines."""
    odyssey_user: str | None = Field(None, validation_alias=_named("ODYSSEY_USER"))
    odyssey_pass: SecretStr | None = Field(None, validation_alias=_named("ODYSSEY_PASS"))
    state_home: Path | None = Field(None, validation_alias=_named("XDG_STATE_HOME"))

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The sources, the first one goes before the others."""
        return env_settings, dotenv_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def password(self) -> str | None:
        """The court portal's password."""
        return self.odyssey_pass.get_secret_value() if self.odyssey_pass is not None else None

    @property
    def memory_folder(self) -> Path:
        """What this machine remembers between runs and is no part of any crawl, among others which
        passwords were refused."""
        home = self.state_home or Path.home() / ".local" / "state"
        return home / "cj-report-card"


def read_settings(folders: Iterable[str | os.PathLike[str]] = ()) -> Settings:
    """The settings as they stand. ``folders``: further ones with a ``.env``, which the working
    folder's goes before. Raises SettingsError."""
    files = [*(Path(folder) / DOTENV for folder in folders), Path(DOTENV)]
    try:
        return Settings(_env_file=files)  # type: ignore[call-arg]
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = "_".join(str(part) for part in first["loc"])
        raise SettingsError(f"setting {name}: {first['msg']}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"the settings cannot be read: {error}") from None
    except ValueError as error:  # what a TOML reader raises
        raise SettingsError(f"{TOML} is not valid TOML: {error}") from None


def memory_folder() -> Path:
    """`Settings.memory_folder`."""
    return read_settings().memory_folder
