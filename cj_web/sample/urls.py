"""The sample project mounts the app at its root."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [path("", include("cj_web.urls"))]
