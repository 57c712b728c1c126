"""The state of one account: stacks, events, exports, the simulated clock, and how all of it is stored."""
