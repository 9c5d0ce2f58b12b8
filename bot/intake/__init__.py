"""Reading what people bring (courses, windows) into domain objects, with complaints row by row."""
