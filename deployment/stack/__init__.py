"""A stack and its nested stacks as they are now: states, events, operations, resources."""
