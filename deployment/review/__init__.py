"""What a change set means: each change judged, phantom changes collapsed, guarded changes marked, secrets masked."""
