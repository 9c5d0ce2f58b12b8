"""Pure rules: standard library only, no clock, no rows, no platform."""
