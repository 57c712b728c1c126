"""What README.md and docs/ say of the commands is compared with the commands."""
