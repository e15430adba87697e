"""Imitation of the Odyssey court portal and of its identity provider, on loopback, about invented
people.

``make_portal_app`` serves the paths ``/CJS``, ``/app/RegisterOfActions`` and
``/app/RegisterOfActionsService``; ``make_idp_app`` serves ``/idp``. Both are ASGI applications for
an origin's root."""

from __future__ import annotations

from practice.odyssey.idp import make_idp_app
from practice.odyssey.portal import make_portal_app

__all__ = ["make_idp_app", "make_portal_app"]
