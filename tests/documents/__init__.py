"""What README.md and docs/ say of the commands is checked against the commands."""
