"""The campaign of random faults, judged by what the plant suffered: `make test-truth`."""
