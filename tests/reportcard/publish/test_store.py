"""A published folder: whole releases, an index put last, corrections and withdrawals told."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from pathlib import Path

import pytest

from reportcard.publish.store import Published, PublishError, check_words
from tests.reportcard.publish.county import MAKER, county

TODAY = dt.date(2026, 3, 7)


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def site(tmp_path: Path) -> Published:
    return Published(str(tmp_path / "published"))


def publish(site: Published, *counties: object, cause: str = "", **more: object) -> object:
    return site.publish(counties or [county()], MAKER, cause=cause, today=TODAY, **more)  # type: ignore[arg-type]


def test_a_release_is_a_dated_folder_and_the_index_points_to_it(site: Published) -> None:
    done = site.publish([county()], MAKER, today=TODAY)
    assert (done.release, done.changed) == ("2026-03-05", True)
    index = json.loads(Path(site.folder, "api/v1/index.json").read_text())
    (told,) = index["counties"]
    for measure in told["measures"]:
        body = json.loads(Path(site.folder, measure["path"]).read_text())
        assert (body["county"], body["measure"]) == ("sample-tn", measure["name"])
        assert Path(site.folder, measure["csv"]).is_file()
    assert Path(site.folder, told["card"]).is_file()


def test_published_twice_no_byte_changes(site: Published) -> None:
    site.publish([county()], MAKER, today=TODAY)
    before = tree(Path(site.folder))
    done = site.publish([county()], MAKER, today=TODAY + dt.timedelta(days=9))
    assert not done.changed
    assert tree(Path(site.folder)) == before


def test_two_places_get_the_same_bytes(site: Published, tmp_path: Path) -> None:
    other = Published(str(tmp_path / "other"))
    site.publish([county()], MAKER, today=TODAY)
    other.publish([county()], MAKER, today=TODAY)
    assert tree(Path(site.folder)) == tree(Path(other.folder))


def test_other_numbers_under_the_same_date_need_a_reason(site: Published) -> None:
    site.publish([county()], MAKER, today=TODAY)
    before = tree(Path(site.folder))
    with pytest.raises(PublishError, match="--correct"):
        site.publish([county(waiting=260)], MAKER, today=TODAY)
    assert tree(Path(site.folder)) == before


def test_a_correction_is_a_release_of_its_own_that_names_old_and_new(site: Published) -> None:
    site.publish([county()], MAKER, today=TODAY)
    done = site.publish(
        [county(waiting=260)], MAKER, cause="The court was read again.", today=TODAY
    )
    assert done.release == "2026-03-05-c1"
    listed = json.loads(Path(site.folder, "releases/2026-03-05-c1/corrections.json").read_text())[
        "corrections"
    ]
    waiting = next(c for c in listed if (c["measure"], c["part"]) == ("awaiting_trial", "people"))
    assert (waiting["old"], waiting["new"]) == ("250", "260")
    assert Path(site.folder, "releases/2026-03-05/checksums.txt").is_file()
    assert "250 is now 260" in Path(site.folder, "index.html").read_text()
    assert "250 is now 260" in Path(site.folder, "feed.xml").read_text()


def test_a_group_is_corrected_only_with_the_next_month(site: Published) -> None:
    site.publish([county()], MAKER, today=TODAY)
    site.publish([county(held=640, waiting=260)], MAKER, cause="Read again.", today=TODAY)

    def groups(release: str) -> dict[str, object]:
        path = Path(site.folder, f"releases/{release}/api/v1/sample-tn/held.json")
        return {v["group"]: v["value"] for v in json.loads(path.read_text())["values"] if v["by"]}

    assert groups("2026-03-05-c1") == groups("2026-03-05")


def test_the_next_day_is_the_next_release(site: Published) -> None:
    site.publish([county()], MAKER, today=TODAY)
    later = county(day=dt.date(2026, 3, 6))
    assert site.publish([later], MAKER, today=TODAY).release == "2026-03-06"
    index = json.loads(Path(site.folder, "api/v1/index.json").read_text())
    assert index["releases"] == ["2026-03-05", "2026-03-06"]


def test_a_withdrawn_release_is_a_notice_that_keeps_its_hash(site: Published) -> None:
    site.publish([county()], MAKER, today=TODAY)
    checksums = Path(site.folder, "releases/2026-03-05/checksums.txt").read_bytes()
    site.withdraw("2026-03-05", "error in the numbers", [], MAKER, today=TODAY)
    left = tree(Path(site.folder, "releases/2026-03-05"))
    (notice,) = [body.decode() for name, body in left.items() if name.endswith("WITHDRAWN.txt")]
    assert hashlib.sha256(checksums).hexdigest() in notice
    assert "api" not in " ".join(left)
    assert "withdrawn on 2026-03-07" in Path(site.folder, "index.html").read_text()
    assert "Withdrawn: release 2026-03-05" in Path(site.folder, "feed.xml").read_text()


def test_verify_finds_every_byte_that_was_changed(site: Published) -> None:
    site.publish([county()], MAKER, today=TODAY)
    assert site.verify("2026-03-05", [county()], MAKER) == ()
    file = Path(site.folder, "releases/2026-03-05/api/v1/sample-tn/held.json")
    file.write_text(file.read_text().replace("600", "601"))
    assert site.verify("2026-03-05", [county()], MAKER) == ("api/v1/sample-tn/held.json: differs",)


def test_a_folder_of_somebody_else_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(PublishError, match="not a folder of cj publish"):
        Published(str(tmp_path)).publish([county()], MAKER, today=TODAY)
    assert tree(tmp_path) == {"mine.txt": b"mine"}


def test_a_list_of_releases_that_is_not_ours_is_refused(tmp_path: Path) -> None:
    (tmp_path / "releases.json").write_text("{}")
    with pytest.raises(PublishError, match="not a list of releases"):
        Published(str(tmp_path)).publish([county()], MAKER, today=TODAY)


@pytest.mark.parametrize(
    "text", ["Read on 3 March", "It was Jordan Sample", "SAMPLE, JORDAN", "because of Volaro"]
)
def test_a_typed_text_that_may_point_at_a_person_is_refused(text: str) -> None:
    with pytest.raises(PublishError):
        check_words(text, ["VOLARO, JANNI"])


def test_a_plain_typed_text_passes() -> None:
    check_words("The court was read again after a night of errors.", ["VOLARO, JANNI"])
