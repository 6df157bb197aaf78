"""Reviewed SQL, forward and back: `<number>_<what>.py` each, with UPGRADE and DOWNGRADE, or two
functions of these names where SQL alone cannot do it. What is released is never edited again: its
line in released.sha256 (`sha256sum 2_more.py >> released.sha256`) holds it."""
