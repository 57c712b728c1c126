"""The person in front: what is shown, what is asked, and what an interrupt means."""
