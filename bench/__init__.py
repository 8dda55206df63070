"""The benches: figures beside a floor that was measured in the same run. Nothing here judges; it prints."""
