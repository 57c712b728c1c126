"""The template language: text, sections, references, functions, conditions, parameters, and what they come to."""
