"""What an answer costs. Nothing is imported here: the web process needs no price lists."""
