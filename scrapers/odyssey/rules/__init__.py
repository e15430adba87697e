"""What the court half decides: which searches, whose cases, and whether a case is pretrial."""
