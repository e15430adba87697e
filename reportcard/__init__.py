"""From files to numbers. Nothing here loads Airflow, a browser's driver or the practice portals; it
needs the extra ``report``.

``load``: `load.load` puts a crawl folder into the database (``tables``, ``database``; described in
``docs/database.md``). ``freshness``: `freshness.due` says whom to ask about, ``carry``:
`carry.carried_of` whom a crawl need not. ``load_csv``: `load_csv.write_csv`, tables for a
spreadsheet. ``page``: `page.coverage_page`, what is covered, as one HTML file."""

__all__ = ["carry", "database", "freshness", "load", "load_csv", "page", "tables"]
