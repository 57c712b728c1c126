"""What a change set means: each change judged, phantoms folded, guarded changes marked, secrets masked."""
