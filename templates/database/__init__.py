"""The database of the data layer: PostgreSQL as one RDS instance, or as an Aurora cluster that scales by itself."""
