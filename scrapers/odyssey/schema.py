"""The JSON Schema of a person's court file, made from the models; ``schema.json`` beside this module is its text.

``python -m scrapers.odyssey.schema > scrapers/odyssey/schema.json`` writes it anew; a test compares the two.
"""

from __future__ import annotations

import json
from typing import Any

from scrapers.odyssey.records import COURT_FORMAT, CourtFile


def court_schema() -> dict[str, Any]:
    """The schema as a value."""
    made = CourtFile.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": COURT_FORMAT, **made}


def text() -> str:
    """The schema as the file holds it."""
    return json.dumps(court_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    print(text(), end="")
