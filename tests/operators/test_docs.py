"""The code in docs/operators.md runs."""

from __future__ import annotations

import os
import re

_DOCS = os.path.join(os.path.dirname(__file__), "..", "..", "docs", "operators.md")


def test_the_examples_of_the_page_run(tmp_path, monkeypatch):
    with open(_DOCS, encoding="utf-8") as file:
        blocks = re.findall(r"```python\n(.*?)```", file.read(), re.DOTALL)
    assert len(blocks) == 3
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, "docs/operators.md", "exec"), names)
    assert os.listdir("odyssey") == ["00400001.json"]
