"""The central plants' network solver against pandapipes: `make bench-network`. results.json is what pandapipes said."""
