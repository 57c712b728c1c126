"""Playing other people's templates."""
