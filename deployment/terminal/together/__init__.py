"""The platform and the services of an environment together: one run, one screen, one report (--all)."""
