"""Tasks of Amazon ECS that calls start in the clusters of stacks, and what they log, in simulated time."""
