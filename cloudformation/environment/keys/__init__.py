"""What single keys of an environment file take: each is held against what AWS takes there."""
