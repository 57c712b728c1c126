"""rendered/schema/: what an environment file may say, as a JSON Schema that editors complete and check it with."""
