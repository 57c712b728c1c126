"""What only AWS knows of a resource, made up: as documented where a form is documented, else as the schema wants it."""
