"""Reading a Dockerfile, a .dockerignore and a compose file's variables, as far as ours use them."""

from __future__ import annotations

import fnmatch
import re
import shlex
from dataclasses import dataclass
from pathlib import Path

KNOWN = {
    *(
        "ADD",
        "ARG",
        "CMD",
        "COPY",
        "ENTRYPOINT",
        "ENV",
        "EXPOSE",
        "FROM",
        "HEALTHCHECK",
        "LABEL",
        "RUN",
    ),
    *("SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"),
}
_VARIABLE = re.compile(r"(?<!\$)\$\{([A-Z_]+)(?::?[-?][^}]*)?\}")


@dataclass(frozen=True)
class Instruction:
    """One instruction of a Dockerfile; ``words`` of its exec or shell form."""

    name: str
    text: str

    @property
    def words(self) -> list[str]:
        if self.text.startswith("["):
            import json

            found: list[str] = json.loads(self.text)
            return found
        return shlex.split(self.text)


def dockerfile(path: Path) -> list[Instruction]:
    """Its instructions, continuation lines joined. Raises ValueError for what is none."""
    text = "\n".join(
        line for line in path.read_text().splitlines() if not line.lstrip().startswith("#")
    )
    found = []
    for line in re.sub(r"\\\n\s*", "", text).splitlines():
        if line.strip():
            name, _, rest = line.strip().partition(" ")
            if name not in KNOWN or not rest.strip():
                raise ValueError(f"no instruction: {line!r}")
            found.append(Instruction(name, rest.strip()))
    return found


def is_in_context(path: str, ignore: Path) -> bool:
    """Whether a path of the repository comes into the image's context; of several patterns that fit
    the last decides."""
    inside = True
    parts = path.split("/")
    prefixes = ["/".join(parts[: n + 1]) for n in range(len(parts))]
    for line in ignore.read_text().splitlines():
        pattern = line.strip()
        if not pattern or pattern.startswith("#"):
            continue
        wanted, pattern = pattern.startswith("!"), pattern.lstrip("!").rstrip("/")
        tail = pattern.removeprefix("**/")
        fits = (
            pattern == "**"
            or any(fnmatch.fnmatchcase(prefix, pattern) for prefix in prefixes)
            or (tail != pattern and any(fnmatch.fnmatchcase(part, tail) for part in parts))
        )
        if fits:
            inside = wanted
    return inside


def variables(text: str) -> set[str]:
    """The variables that a compose file takes from ``.env``."""
    return set(_VARIABLE.findall(text))


def env_file(path: Path) -> dict[str, str]:
    """The names and values of an env file. Raises ValueError for a line that is none."""
    found = {}
    for line in path.read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            name, equals, value = line.partition("=")
            if not equals or not re.fullmatch(r"[A-Z][A-Z0-9_]*", name):
                raise ValueError(f"no setting: {line!r}")
            found[name] = value
    return found
