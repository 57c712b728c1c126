"""HTTP on 127.0.0.1: the server, what a request is for, how it gets its answer; in `wire`, the query protocol."""
