"""YAML text to positioned nodes, and problems that say file, line, column and what to do: the only importer of yaml."""
