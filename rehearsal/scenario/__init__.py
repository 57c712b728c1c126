"""What was asked to go wrong: scenario files and the faults in them."""
