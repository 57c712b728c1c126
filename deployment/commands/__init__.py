"""The command line, and one module for each verb of deploy.py."""
