"""Every call to AWS: clients, errors, the texts that AWS gives them, pages, pace and waiting."""
