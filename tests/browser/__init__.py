"""A real Chromium drives the staff room and the pages, by clicking and typing, as people do."""
