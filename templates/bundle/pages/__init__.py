"""The pages of a bundle: README.md, which says what it is, and RUNBOOK.md, for the people who operate the stacks."""
