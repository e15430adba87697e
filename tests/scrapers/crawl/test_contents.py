from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import scrapers.crawl


def test_every_name_of_the_table_of_contents_is_there_and_no_module_in_its_place() -> None:
    modules = {path.stem for path in Path(scrapers.crawl.__file__).parent.glob("*.py")}
    assert not modules & set(scrapers.crawl.__all__)
    assert set(scrapers.crawl.__all__) == set(scrapers.crawl._LAZY)
    for name in scrapers.crawl.__all__:
        assert not isinstance(getattr(scrapers.crawl, name), ModuleType)


def test_who_reads_a_folder_loads_neither_the_engine_nor_a_browser_s_driver() -> None:
    program = """
import sys
import reportcard.load_files
heavy = {"scrapers.crawl.engine", "scrapers.crawl.workers", "selenium", "requests"}
heavy |= {"upath", "fsspec", "s3fs", "airflow"}
print(sorted(heavy & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
