"""A truthful CloudFormation on this machine: the control plane alone, over the wire, on loopback."""
