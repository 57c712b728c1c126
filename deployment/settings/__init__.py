"""What a run changes beside the resources of a stack: its protection and policy, who is told, what rolls back."""
