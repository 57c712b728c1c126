"""The steps of an operation over one stack: what is due next, nesting, failures, hooks, stack policies."""
