"""Reviewed SQL, forward and back."""
