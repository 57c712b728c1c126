"""What a picture tells: the resolved templates, where each resource belongs, what is said of it, who reaches whom."""
