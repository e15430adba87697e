"""Pages and JSON over the published folder. Everything may be cached and read from anywhere."""

from __future__ import annotations

import datetime as dt
import mimetypes
from collections.abc import Callable
from functools import update_wrapper
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cj_web.openapi import description
from cj_web.published import INDEX, FolderError, Served, folder_of

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

CURRENT = "public, max-age=300"
FOREVER = "public, max-age=31536000, immutable"
MOST_DAYS = 3
"""So old the data may be before ``/health`` answers 503; ``CJ_WEB_MOST_DAYS`` says otherwise."""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def _open(view: View[P]) -> View[P]:
    """Only GET and HEAD, readable from any origin; a folder that is missing is a 503."""

    def wrapped(request: HttpRequest, /, *args: P.args, **more: P.kwargs) -> HttpResponse:
        try:
            answer = view(request, *args, **more)
        except FolderError:
            answer = JsonResponse({"error": "nothing is published here yet"}, status=503)
        answer["Access-Control-Allow-Origin"] = "*"
        answer["X-Content-Type-Options"] = "nosniff"
        return answer

    update_wrapper(wrapped, view)
    return require_safe(wrapped)


@_open
def index(request: HttpRequest) -> HttpResponse:
    """Every county of the current release."""
    published = folder_of()
    return _page(
        request,
        "cj_web/index.html",
        {"counties": published.counties(), "index": published.index()},
    )


@_open
def county(request: HttpRequest, key: str) -> HttpResponse:
    """A county: its card and its measures."""
    found = folder_of().county(key)
    if found is None:
        raise Http404
    return _page(request, "cj_web/county.html", {"county": found})


@_open
def api_index(request: HttpRequest) -> HttpResponse:
    """The index of the current release."""
    published = folder_of()
    published.index()
    return _file(request, published.read(INDEX), CURRENT)


@_open
def api_measure(request: HttpRequest, key: str, measure: str) -> HttpResponse:
    """A measure of a county in the current release, under an address that stays."""
    found = folder_of().county(key)
    path = next((p for name, _, p in found.measures if name == measure), None) if found else None
    return _file(request, folder_of().read(path) if path else None, CURRENT)


@_open
def file(request: HttpRequest, path: str) -> HttpResponse:
    """A file of the folder as it is; what belongs to a release never changes."""
    return _file(request, folder_of().read(path), FOREVER if "releases/" in path else CURRENT)


@_open
def openapi(request: HttpRequest) -> HttpResponse:
    """What this API offers, for programs (OpenAPI 3.1)."""
    return JsonResponse(
        description(request.build_absolute_uri("./")), json_dumps_params={"indent": 1}
    )


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """200 while the data are young enough, 503 when they are not or nothing is published."""
    most = dt.timedelta(days=getattr(settings, "CJ_WEB_MOST_DAYS", MOST_DAYS))
    try:
        age = folder_of().age(dt.datetime.now(dt.timezone.utc))
    except FolderError:
        return JsonResponse({"state": "nothing published"}, status=503)
    fresh = age <= most
    told = {
        "state": "fresh" if fresh else "stale",
        "hours_old": round(age.total_seconds() / 3600),
        "hours_allowed": round(most.total_seconds() / 3600),
    }
    answer = JsonResponse(told, status=200 if fresh else 503)
    answer["Cache-Control"] = "no-store"
    return answer


def _page(request: HttpRequest, template: str, context: dict[str, object]) -> HttpResponse:
    answer = render(request, template, context)
    answer["Cache-Control"] = CURRENT
    answer.setdefault("Content-Security-Policy", _POLICY)
    return answer


def _file(request: HttpRequest, served: Served | None, cache: str) -> HttpResponse:
    if served is None:
        raise Http404
    asked = {tag.strip() for tag in request.headers.get("If-None-Match", "").split(",")}
    if served.etag in asked or "*" in asked:
        answer: HttpResponse = HttpResponseNotModified()
    else:
        kind = mimetypes.guess_type(served.path)[0] or "application/octet-stream"
        if kind.startswith("text/"):
            kind += "; charset=utf-8"
        answer = HttpResponse(served.body, content_type=kind)
        if kind.startswith("text/html"):
            answer["Content-Security-Policy"] = _POLICY
    answer["ETag"] = served.etag
    answer["Cache-Control"] = cache
    return answer
