"""What a change set says: which resources are added, modified, replaced or removed, and why."""
