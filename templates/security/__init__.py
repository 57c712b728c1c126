"""What Security Hub's controls say of the system, judged in the templates as an environment resolves them."""
