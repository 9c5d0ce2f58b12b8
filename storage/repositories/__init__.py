"""One repository per subject: rows in, domain objects out, and never a row of another school."""
