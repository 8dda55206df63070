"""Whoever outlives a process: the stage, its owner, the supervisor over all seats."""
