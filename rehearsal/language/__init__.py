"""The template language over a stack: parameters, validation, transforms, references, outputs."""
