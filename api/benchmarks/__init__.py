"""What `make bench` runs: the product beside its yardsticks, on data it loads itself."""
