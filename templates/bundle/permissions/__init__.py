"""Who may do what with the stacks of a bundle, and which changes need an approval of their own."""
