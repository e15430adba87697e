"""``cj``: reads the command line and hands over to the command's module, which is imported only
then."""

from __future__ import annotations

import importlib
import sys

from cj.options import parser
from cj.wrong import line_of


def main(argv: list[str] | None = None) -> int:
    """The command; gives its exit code: 0 complete, 3 complete with failures, 2 wrong use, 130 or
    143 interrupted."""
    arguments = parser().parse_args(argv)
    try:
        code: int = importlib.import_module(f"cj.commands.{arguments.module}").run(arguments)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output has seen enough; the interpreter must not complain about it at its
        # end.
        sys.stderr.close()
        return 0
    except Exception as error:
        line = line_of(error)
        if line is None:
            raise
        print(f"cj {arguments.command}: {line}", file=sys.stderr)
        return 2
    return code


if __name__ == "__main__":
    sys.exit(main())
