"""HTTP on 127.0.0.1: the server, what a request is for, and how it gets its answer."""
