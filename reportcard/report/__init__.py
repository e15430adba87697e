"""The report card: one self-contained HTML page a county, drawn from measures; no script."""
