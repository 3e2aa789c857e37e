"""History, job journal and everything else that Notula keeps, in SQLite."""
