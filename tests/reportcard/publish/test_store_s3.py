"""A site published to an object store (a real S3 server on loopback): plain files, index last."""

from __future__ import annotations

import datetime as dt
import json

from operators.objects import get
from reportcard.publish.store import Published
from tests.reportcard.publish.county import MAKER, county
from tests.s3 import Store

TODAY = dt.date(2026, 3, 7)


def test_a_release_in_a_bucket_has_its_files_under_their_own_names(store: Store) -> None:
    site = Published(f"{store.root}/published")
    done = site.publish([county()], MAKER, today=TODAY)
    index = json.loads(get(f"{site.folder}/api/v1/index.json"))
    assert index["release"] == done.release
    (told,) = index["counties"]
    for measure in told["measures"]:
        body = json.loads(get(f"{site.folder}/{measure['path']}"))
        assert body["measure"] == measure["name"]
    assert b"<!doctype html>" in get(f"{site.folder}/index.html")
    assert not site.publish([county()], MAKER, today=TODAY).changed
    assert site.verify(done.release, [county()], MAKER) == ()
