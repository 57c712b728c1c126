"""A tree of templates as files, the environment that it is deployed to, and the values in it."""
