"""A template's sections and resources as values, and what their form must be."""
