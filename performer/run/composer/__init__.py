"""The process that thinks: it folds the entries with all roles and supplies the players."""
