"""What a change set says, and the life of change sets."""
