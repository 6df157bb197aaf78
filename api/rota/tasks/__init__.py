"""What is to be done: typed contracts and their revisions."""
