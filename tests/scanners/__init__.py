"""Linters and scanners over every template as it will be deployed: `python -m tests.scanners`."""
