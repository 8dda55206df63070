"""The processes that keep time: records in, bytes out at their moment."""
