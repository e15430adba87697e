"""The Dockerfile and the compose file, as far as they can be checked where no Docker runs."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from scrapers.sites import site_of
from tests.deploy.files import dockerfile, env_file, is_in_context, variables

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
AIRFLOW_PARTS = {"api-server", "scheduler", "dag-processor", "worker"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return loaded


def in_image(path: str) -> Path:
    """The repository's file that stands at that path of the image."""
    assert path.startswith("/srv/cj/"), path
    return ROOT / path.removeprefix("/srv/cj/")


def test_everything_that_is_copied_exists_and_is_in_the_context() -> None:
    copied = [each.words for each in dockerfile(DEPLOY / "Dockerfile") if each.name == "COPY"]
    assert copied
    for *sources, _ in copied:
        for source in sources:
            assert (ROOT / source).exists(), source
            assert is_in_context(source, ROOT / ".dockerignore"), source


def test_the_image_holds_every_package_of_the_wheel() -> None:
    """Ours are listed in pyproject.toml, and one that is missing would only be missed on the
    server."""
    text = (ROOT / "pyproject.toml").read_text()
    (packages,) = re.findall(r"targets\.wheel\]\npackages = \[(.*?)\]", text)
    wanted = set(re.findall(r'"(\w+)"', packages))
    copied = {
        word
        for each in dockerfile(DEPLOY / "Dockerfile")
        if each.name == "COPY"
        for word in each.words[:-1]
    }
    assert wanted <= copied


def test_the_image_finds_the_dags_that_the_wheel_leaves_out() -> None:
    found = dockerfile(DEPLOY / "Dockerfile")
    assert ["dags", "dags"] in [each.words for each in found if each.name == "COPY"]
    settings = " ".join(each.text for each in found if each.name == "ENV")
    assert "PYTHONPATH=/srv/cj" in settings
    assert "AIRFLOW__CORE__DAGS_FOLDER=/srv/cj/dags" in settings


@pytest.mark.parametrize(
    "path", [".env", "deploy/.env", "data/x.json", ".git/config", "tests/x.py", ".venv/x"]
)
def test_no_secret_and_no_data_comes_into_the_image(path: str) -> None:
    assert not is_in_context(path, ROOT / ".dockerignore")


def test_the_entry_point_is_there_and_runs_under_an_init_process_as_an_ordinary_user() -> None:
    found = dockerfile(DEPLOY / "Dockerfile")
    (entry,) = [each.words for each in found if each.name == "ENTRYPOINT"]
    assert entry[:2] == ["/usr/bin/tini", "--"]
    assert os.access(in_image(entry[2]), os.X_OK)
    (installed,) = [each.text for each in found if each.name == "RUN" and "apt-get" in each.text]
    assert {"tini", "chromium", "chromium-driver"} <= set(installed.split())
    assert any(word.startswith("fonts-") for word in installed.split())
    names = [each.name for each in found]
    assert [each.text for each in found if each.name == "USER"] == ["airflow"]
    assert "RUN" not in names[names.index("USER") :]


def test_the_lock_file_of_the_image_is_hashed_and_holds_what_a_server_needs() -> None:
    (install,) = [
        each.words for each in dockerfile(DEPLOY / "Dockerfile") if "--require-hashes" in each.text
    ]
    lock = (ROOT / install[install.index("-r") + 1]).read_text()
    pinned = dict(re.findall(r"^([a-z0-9._-]+)==([^ ;\\]+)", lock, flags=re.M))
    for needed in (
        "apache-airflow",
        "celery",
        "redis",
        "psycopg2-binary",
        "s3fs",
        "hatchling",
        "selenium",
    ):
        assert needed in pinned
    assert tuple(map(int, pinned["celery"].split(".")[:2])) < (5, 7)
    tested = (ROOT / "requirements" / "test.lock").read_text()
    for name, version in pinned.items():
        assert f"{name}=={version}" in tested, f"{name} is another than the one tested"


def test_every_setting_of_the_compose_file_is_in_the_example_and_the_other_way_round() -> None:
    wanted = variables((DEPLOY / "compose.yaml").read_text())
    assert wanted == set(env_file(DEPLOY / ".env.example"))
    assert {"AIRFLOW_HOME", "ODYSSEY_USER", "ODYSSEY_PASS"} <= wanted


def test_no_secret_has_a_default() -> None:
    text = (DEPLOY / "compose.yaml").read_text()
    for name, value in env_file(DEPLOY / ".env.example").items():
        if value in ("<random>", "<fernet>"):
            assert f"${{{name}:-" not in text
            assert f"${{{name}:?" in text


def test_all_parts_are_there_checked_and_started_after_what_they_need(
    compose: dict[str, Any],
) -> None:
    services = compose["services"]
    assert set(services) == AIRFLOW_PARTS | {"postgres", "redis", "set-up"}
    assert services["worker"]["deploy"]["replicas"] == "${WORKERS:-2}"
    for name, service in services.items():
        for needed, how in service.get("depends_on", {}).items():
            wanted = services[needed]
            if how["condition"] == "service_healthy":
                assert "healthcheck" in wanted, f"{name} waits for {needed}, which nobody checks"
            else:
                assert wanted["restart"] == "no", f"{needed} never completes"
        if name != "set-up":
            assert service["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")
            assert service["restart"] == "unless-stopped"
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in compose["volumes"] or (DEPLOY / source).exists(), volume


def test_health_checks_and_commands_are_known_to_the_scripts(compose: dict[str, Any]) -> None:
    for name in AIRFLOW_PARTS:
        _, script, part = compose["services"][name]["healthcheck"]["test"]
        assert os.access(in_image(script), os.X_OK)
        assert f"  {part})" in in_image(script).read_text()
    assert "set-up)" in (DEPLOY / "entrypoint.sh").read_text()
    commands = {name: compose["services"][name]["command"] for name in AIRFLOW_PARTS}
    assert commands["worker"] == ["celery", "worker"]
    assert all(commands[name] == [name] for name in AIRFLOW_PARTS - {"worker"})


def test_every_part_has_the_same_environment_but_set_up_alone_has_the_password(
    compose: dict[str, Any],
) -> None:
    services = compose["services"]
    common = services["worker"]["environment"]
    for name in AIRFLOW_PARTS:
        assert services[name]["environment"] == common
    assert not {"ODYSSEY_PASS", "AIRFLOW_ADMIN_PASSWORD"} & set(common)
    assert {"ODYSSEY_PASS", "AIRFLOW_ADMIN_PASSWORD"} <= set(services["set-up"]["environment"])
    assert common["CJ_PACE_REDIS"].startswith("redis://")


def test_only_the_page_is_published_and_on_loopback(compose: dict[str, Any]) -> None:
    published = {
        name: service["ports"]
        for name, service in compose["services"].items()
        if "ports" in service
    }
    assert published == {"api-server": ["${AIRFLOW_PAGE:-127.0.0.1:8080}:8080"]}
    assert env_file(DEPLOY / ".env.example")["AIRFLOW_PAGE"].startswith("127.0.0.1:")


def test_images_are_plain_names(compose: dict[str, Any]) -> None:
    images = {service["image"] for service in compose["services"].values()}
    (base,) = [each.text for each in dockerfile(DEPLOY / "Dockerfile") if each.name == "FROM"]
    for image in images | {base}:
        assert re.fullmatch(r"[a-z-]+:[a-z0-9.-]+", image), image


def test_the_slots_of_the_example_are_borne_by_the_county_that_is_known() -> None:
    example = env_file(DEPLOY / ".env.example")
    assert int(example["ODYSSEY_SLOTS"]) <= site_of("shelby-tn").pace.pages_at_once
    assert int(example["ODYSSEY_SLOTS"]) <= int(example["WORKERS"]) * int(
        example["WORKER_CONCURRENCY"]
    )
