"""The files of a release: valid by their standards, the same bytes for the same numbers."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import jsonschema

from reportcard.publish.release import release_files
from reportcard.publish.site import ReleaseMark, site_files
from tests.reportcard.publish.county import MAKER, county

FILES = release_files("2026-03-05", [county(), county("other-tn", held=700)], MAKER)


def test_every_measure_is_valid_by_the_published_schema() -> None:
    schema = json.loads(FILES["api/v1/schema.json"])
    jsonschema.Draft202012Validator.check_schema(schema)
    checked = 0
    for path, body in FILES.items():
        if re.match(r"api/v1/.+/.+\.json", path):
            jsonschema.validate(json.loads(body), schema)
            checked += 1
    assert checked == 6


def test_the_data_package_is_valid(tmp_path: Path) -> None:
    import frictionless

    for path, body in FILES.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
    report = frictionless.Package(str(tmp_path / "datapackage.json")).validate()
    assert report.valid, report.flatten(["type", "message"])[:5]
    assert len(report.tasks) == 6


def test_the_checksums_are_those_of_every_other_file() -> None:
    listed = dict(
        reversed(line.split("  ", 1))  # type: ignore[arg-type]
        for line in FILES["checksums.txt"].decode().splitlines()
    )
    assert listed == {
        path: hashlib.sha256(body).hexdigest()
        for path, body in FILES.items()
        if path != "checksums.txt"
    }


def test_csv_and_json_say_the_same() -> None:
    rows = list(csv.DictReader(io.StringIO(FILES["sample-tn/data/held.csv"].decode())))
    values = json.loads(FILES["api/v1/sample-tn/held.json"])["values"]
    assert [(r["group"], r["value"], r["suppressed"]) for r in rows] == [
        (v["group"], "" if v["value"] is None else str(v["value"]), str(v["suppressed"]).lower())
        for v in values
    ]


def test_nothing_internal_is_in_it() -> None:
    everything = b" ".join(FILES.values())
    assert b"INTERNAL" not in everything
    assert b"<script" not in everything
    assert not re.search(
        rb"https?://(?!schema\.org|creativecommons\.org|json-schema\.org|datapackage\.org)",
        everything,
    )


def test_a_small_group_is_nowhere() -> None:
    for path in ("api/v1/sample-tn/held.json",):
        told = {v["group"]: v for v in json.loads(FILES[path])["values"] if v["by"]}
        assert told["GAMMA"]["value"] is None
        assert told["GAMMA"]["n"] is None
        assert told["BETA"]["value"] is None


def test_provenance_names_crawls_by_checksum_and_the_versions_of_methods() -> None:
    told = json.loads(FILES["provenance.json"])
    assert told["counties"]["sample-tn"]["crawls"] == {"2026-03-06-sample-tn": "a" * 64}
    assert told["method_versions"]["stay"] == 1
    assert told["commit"] == "0" * 40


def test_an_embargoed_release_is_stamped() -> None:
    stamped = release_files("2026-03-05", [county()], MAKER, embargo_until="2026-04-01")
    assert b"before 2026-04-01" in stamped["EMBARGO.txt"]


def test_the_feed_is_a_feed() -> None:
    marks = (ReleaseMark("2026-03-05", "2026-03-06T04:30:00-06:00", "c" * 64),)
    files = site_files(marks, [county()], MAKER)
    feed = ElementTree.fromstring(files["feed.xml"])
    assert [e.findtext("{*}title") for e in feed.findall("{*}entry")] == ["Release 2026-03-05"]
    assert list(files)[-2:] == ["api/v1/index.json", "index.html"]
