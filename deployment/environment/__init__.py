"""The environment that is deployed: read, held against the templates and the other environments, or refused."""
