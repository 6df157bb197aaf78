"""Which agent answers for which task, and the instances that stand ready."""
