"""Resource types from their registry schemas; ids, attributes and times of what is only rehearsed."""
