"""The quick process: control in, stamp, journal, feedback; it never composes."""
