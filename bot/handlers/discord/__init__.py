"""Discord: payloads in, components out."""
