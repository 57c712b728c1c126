"""Which changes of a review, and which deletions, need an approval of their own, and what each of them costs."""
