"""Groups of commands, one module each; `bot.__main__` hangs them under `sukima`."""
