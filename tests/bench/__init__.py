"""The measurements, where they decide something themselves."""
