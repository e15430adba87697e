"""Pages and services of the court portal as records: pure functions of HTML and JSON."""
