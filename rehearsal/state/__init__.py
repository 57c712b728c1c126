"""What one account holds: stacks, events, exports, the virtual clock, and how all of it is stored."""
