"""Deploy and retrieve jobs: what is asked, the queue, and how a deploy is judged."""
