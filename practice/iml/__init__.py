"""Practice portal A: the "IML" inmate lookup, as docs/portals/iml.md describes
it, markup quirks included.

`make_app` is the whole of it: a Starlette app that shows a `practice.world.World` under ``/IML``.
"""

from __future__ import annotations

from practice.iml.app import make_app

__all__ = ["make_app"]
