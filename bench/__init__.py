"""Speed and memory, measured as ratios of two things taken side by side in one run."""
