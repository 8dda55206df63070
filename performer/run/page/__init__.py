"""The process between the players' records and browsers."""
