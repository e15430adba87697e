"""reportcard."""
