"""The real command ``cj`` with shorter time-outs: ``python proof/harness_cj.py
PAGE,SCRIPT,ELEMENT,CLIENT crawl ...``.

A hang is shortened to seconds in the proofs, and a session that waits 20 s for a page would sit it
out; nothing else of the command is changed."""

from __future__ import annotations

import functools
import sys

from resilience import session
from resilience.settings import Timeouts


def main(arguments: list[str]) -> int:
    page, script, element, client = map(float, arguments[0].split(","))
    shorter = functools.partial(Timeouts, page=page, script=script, element=element, client=client)
    session.Timeouts = shorter  # type: ignore[assignment,misc]
    from cj.__main__ import main as cj

    return cj(arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
