"""The walk of docs/make-it-yours.md: a project of somebody's own, and its checklists applied to it."""
