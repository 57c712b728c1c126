"""The person at the terminal: what is shown, what is asked, and what an interrupt means."""
