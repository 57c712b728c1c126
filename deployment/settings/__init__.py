"""What a run changes beside the resources of a stack: protection, policy, notifications, rollback triggers."""
