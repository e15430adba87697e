"""A sample project: two commands and a published folder is a website."""
