"""It is time: the clock, its ticks, the relay of promises, and the lanes."""
