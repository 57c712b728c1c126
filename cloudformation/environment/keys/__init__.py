"""What single keys of an environment file accept: each is checked against what AWS accepts there."""
