"""This toolkit as a contestant: so many sessions in one fetch mode, a file a person, written as a
crawl writes it."""

from __future__ import annotations

import datetime as dt
import itertools
import queue
import tempfile
import threading
from pathlib import Path
from typing import Any

from benchmarks.parts.child import Do, serve
from operators.output import Output, produce
from scrapers.crawl.persons import text_of
from scrapers.odyssey import OdysseyScraper, SignInGate
from scrapers.sites import Site


def prepare(job: dict[str, Any]) -> tuple[Do, Any]:
    folder = tempfile.TemporaryDirectory(prefix="cj-bench-")
    gate = SignInGate(None)
    site = Site.model_validate(job["site"])
    scrapers = [
        OdysseyScraper(site, job["user"], job["password"], fetch_mode=job["fetch_mode"], gate=gate)
        for _ in range(job["fetch_modes"])
    ]
    warm, number = iter(scrapers), itertools.count()

    def one(scraper: OdysseyScraper, person: dict[str, Any]) -> dict[str, int]:
        read = {"cases": 0, "charges": 0}

        def write(output_path: str) -> None:
            born = dt.date.fromisoformat(person["born"])
            file = scraper.history(person["name"], born, key=person["key"])
            cases = file.record.cases if file.record else ()
            read.update(cases=len(cases), charges=sum(len(case.charges) for case in cases))
            Path(output_path).write_text(text_of(file), encoding="utf-8")

        produce(Output(f"{folder.name}/{person['key']}-{next(number)}.json"), write)
        return read

    def do(people: list[dict[str, Any]]) -> dict[str, int]:
        if len(people) == 1 and (first := next(warm, None)) is not None:
            return one(first, people[0])
        waiting: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        for person in people:
            waiting.put(person)
        sums = {"cases": 0, "charges": 0}
        lock, before = threading.Lock(), sum(s.session.pace.meter.reading.starts for s in scrapers)

        def work(scraper: OdysseyScraper) -> None:
            while True:
                try:
                    person = waiting.get_nowait()
                except queue.Empty:
                    return
                read = one(scraper, person)
                with lock:
                    for name, count in read.items():
                        sums[name] += count

        threads = [threading.Thread(target=work, args=(scraper,)) for scraper in scrapers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        pages = sum(s.session.pace.meter.reading.starts for s in scrapers) - before
        return {**sums, "pages": pages}

    def close() -> None:
        for scraper in scrapers:
            scraper.close()
        folder.cleanup()

    return do, close


if __name__ == "__main__":
    serve(prepare)
