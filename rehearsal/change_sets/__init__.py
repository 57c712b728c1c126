"""Change sets: how they are planned, made, nested and executed, what an import takes in, what drift adds."""
