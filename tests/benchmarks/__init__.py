"""Speed and memory, measured as ratios within one run. `make bench` runs all and keeps the figures as JSON."""
