"""Other people's tools drive the rehearsal, and CloudFormation's own answer is the judge: `python -m tests.tools`."""
