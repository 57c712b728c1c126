"""Why an operation failed, and what a slow one waits for."""
