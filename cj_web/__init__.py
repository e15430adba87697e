"""A small reusable Django app over a published folder: pages, JSON, health. No models.

    INSTALLED_APPS = [..., "cj_web"]
    CJ_WEB_FOLDER = "/srv/published"         # what `cj publish` writes
    urlpatterns = [path("jail/", include("cj_web.urls"))]

The folder is the only truth; nothing is copied into a database. A site overrides the templates
``cj_web/base.html``, ``cj_web/index.html`` and ``cj_web/county.html``."""
