"""What an operations team does with a bundle is played with two environments."""

from __future__ import annotations

from tests.own_system import OWN

# By these names: a project that has others has the same program, and no such bundle.
collect_ignore_glob = [] if {"dev", "prod"} <= OWN.keys() else ["*"]
