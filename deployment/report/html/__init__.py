"""The report as one HTML page: its parts, its style and its script."""
