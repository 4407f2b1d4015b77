"""The gateway that serves a release: what is asked and what is answered, without the server around it."""
