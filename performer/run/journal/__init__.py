"""The night on disk: its format, its one writer, its copy."""
