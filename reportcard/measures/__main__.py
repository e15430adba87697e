"""Writes the definitions into ``docs/measures.md``: ``python -m reportcard.measures``."""

from __future__ import annotations

from pathlib import Path

from reportcard.measures.definitions import BEGIN, END, definitions


def main() -> None:
    """Replace what stands between the two marks."""
    page = Path("docs/measures.md")
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n{definitions()}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
