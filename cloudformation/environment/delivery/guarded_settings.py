"""The settings of a stack whose change weakens a protection, and what that means: each needs an approval of its own."""

TERMINATION_PROTECTION = "termination-protection"
STACK_POLICY = "stack-policy"
ROLLBACK_TRIGGERS = "rollback-triggers"
MONITORING_MINUTES = "monitoring-minutes"
UNPROTECTED = "weakens a protection: anyone who may delete stacks can then delete this one"
LOOSER = "weakens a protection: updates may then do what the stack's policy denies"
UNWATCHED = "weakens a protection: what would have rolled an operation back does it no more"
GUARDED_SETTINGS = {
    TERMINATION_PROTECTION: UNPROTECTED,
    STACK_POLICY: LOOSER,
    ROLLBACK_TRIGGERS: UNWATCHED,
    MONITORING_MINUTES: UNWATCHED,
}
"""By name, as an approval names it, why it is guarded."""
