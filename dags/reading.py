"""What Airflow's pages say of the DAG and its tasks, for who looks at them at seven in the
morning."""

from __future__ import annotations

DAG_PAGE = """
**One run is one crawl of one county**: the roster is frozen, everybody's jail pages are read, the
court is asked about those whose history is not fresh, everything is loaded, a page says what is
covered.

- What is finished stays finished: clear any task, and only what is missing is asked for.
- To make one output again, write `DAG.TASK` or `DAG.TASK[3]` into the Variable
  `idempatomic_again` (Admin, Variables), and clear that task instance.
- Another crawl of today, from nothing: trigger with `again`.
- How many chunks run at once is the pool's number (Admin, Pools).
- A run for a past day is refused: a roster shows who is held now.
- `docs/airflow.md` has the rest.
"""
SCRAPE_JAIL = """
Freezes the roster of the county's day and reads everybody's jail pages.

**Red**: some people's pages could not be read, or the portal stopped us. The last line of the log
says how many and what to do. A retry reads only those. Evidence: `failed/jail/` in the crawl
folder.
"""
CHECK_PROFILES = """
Writes down whom to ask the court about, likely pretrial first. Who has a fresh history from an
earlier crawl is carried over.
"""
CHUNKS = "Cuts that list into the mapped tasks of `odyssey_scraper`. It asks no portal anything."
ODYSSEY_SCRAPER = """
Searches the histories of one chunk of people, in one signed-in session. **Outcomes** (a button on
the page of an instance) opens the receipt: keys and outcomes.

**Red**: some people's histories could not be had; a retry asks only for those. *SignInRefused*: set
the connection `odyssey_<site>` right, then clear; nothing was submitted again meanwhile.
*PoolTooLarge*: lower the pool to the number in the message.
"""
UPLOAD_DATA = """
Loads what exists of the crawl into the database, whatever became of the tasks before, in one
transaction.
"""
REPORT_CARD = """
Draws the coverage page. **Report card** (a button) opens it.

**Red**: coverage is short, a chunk failed, or nothing was loaded; the message says which, and
`report_card-incomplete.html` is the page as it stands. Clear the red tasks above, then this one.
"""
