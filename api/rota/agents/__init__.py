"""Who does the work: prompts, model, revisions."""
