"""Parts of the Neighbours page: what is asked, what answers, and why."""
