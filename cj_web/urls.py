"""Addresses of the app; mount them where the site likes."""

from __future__ import annotations

from django.urls import path

from cj_web import views

app_name = "cj_web"
urlpatterns = [
    path("", views.index, name="index"),
    path("health", views.health, name="health"),
    path("openapi.json", views.openapi, name="openapi"),
    path("county/<slug:key>/", views.county, name="county"),
    path("api/v1/index.json", views.api_index, name="api-index"),
    path("api/v1/<slug:key>/<slug:measure>.json", views.api_measure, name="api-measure"),
    path("files/<path:path>", views.file, name="file"),
]
