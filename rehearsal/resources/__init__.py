"""Resource types from their registry schemas, what a change does to a resource, and ids and times of rehearsed ones."""
