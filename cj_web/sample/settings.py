"""The least that a Django project with `cj_web` needs; for trying it out on this machine.

``CJ_WEB_FOLDER`` names the published folder. For the open web set ``CJ_WEB_HOSTS`` (host names,
separated by commas) and ``CJ_WEB_SECRET``, and put a web server in front."""

from __future__ import annotations

import os
import secrets

CJ_WEB_FOLDER = os.environ.get("CJ_WEB_FOLDER", "published")
CJ_WEB_MOST_DAYS = int(os.environ.get("CJ_WEB_MOST_DAYS", "40"))
SECRET_KEY = os.environ.get("CJ_WEB_SECRET") or secrets.token_hex(32)
DEBUG = False
ALLOWED_HOSTS = os.environ.get("CJ_WEB_HOSTS", "127.0.0.1,localhost").split(",")
INSTALLED_APPS = ["cj_web"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.common.CommonMiddleware",
]
ROOT_URLCONF = "cj_web.sample.urls"
TEMPLATES = [
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {}}
]
DATABASES: dict[str, object] = {}
USE_TZ = True
SECURE_REFERRER_POLICY = "no-referrer"
