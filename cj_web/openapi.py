"""The API's description for programs (OpenAPI 3.1)."""

from __future__ import annotations

from collections.abc import Mapping

_VALUE = {
    "type": "object",
    "required": ["part", "unit", "value", "suppressed"],
    "properties": {
        "part": {"type": "string"},
        "unit": {"type": "string"},
        "by": {"type": "string"},
        "group": {"type": "string"},
        "day": {"type": ["string", "null"], "format": "date"},
        "value": {"type": ["number", "string", "null"]},
        "low": {"type": ["number", "null"]},
        "high": {"type": ["number", "null"]},
        "n": {"type": ["integer", "null"]},
        "unknown": {"type": ["integer", "null"]},
        "suppressed": {"type": "boolean"},
        "note": {"type": "string"},
    },
}
_MEASURE = {
    "type": "object",
    "required": ["county", "measure", "definition", "method_version", "as_of", "values"],
    "properties": {
        "county": {"type": "string"},
        "measure": {"type": "string"},
        "title": {"type": "string"},
        "definition": {"type": "string"},
        "method_version": {"type": "integer"},
        "release": {"type": "string"},
        "as_of": {"type": "string", "format": "date"},
        "values": {"type": "array", "items": _VALUE},
    },
}


def description(base: str) -> dict[str, object]:
    """The OpenAPI document of an app that is mounted at ``base``."""

    def get(summary: str, schema: Mapping[str, object], *names: str) -> dict[str, object]:
        return {
            "get": {
                "summary": summary,
                "parameters": [
                    {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
                    for name in names
                ],
                "responses": {
                    "200": {
                        "description": "As published; with ETag and Cache-Control.",
                        "content": {"application/json": {"schema": schema}},
                    },
                    "304": {"description": "Not changed since the ETag that was sent."},
                    "404": {"description": "No such county or measure in the current release."},
                    "503": {"description": "Nothing is published here yet."},
                },
            }
        }

    return {
        "openapi": "3.1.0",
        "info": {"title": "Jail report cards", "version": "1"},
        "servers": [{"url": base}],
        "paths": {
            "/api/v1/index.json": get("Counties and measures of the release", {"type": "object"}),
            "/api/v1/{county}/{measure}.json": get(
                "One measure of a county", _MEASURE, "county", "measure"
            ),
            "/health": get("Whether the data are young enough", {"type": "object"}),
        },
    }
