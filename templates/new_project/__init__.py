"""`render.py --new DIR`: a project of the reader's own, with the names, the domain, the Region and the account that it is given."""
