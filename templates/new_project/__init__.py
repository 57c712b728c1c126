"""`render.py --new DIR`: a project of the reader's own, with the names, domain, Region and account that are given."""
