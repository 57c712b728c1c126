"""The contents of a picture: the resolved templates, the place and captions of each resource, who reaches whom."""
