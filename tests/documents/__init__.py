"""What README.md and docs/ say of the commands is held against the commands."""
