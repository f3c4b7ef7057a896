"""The doors of the bodies that returns are sent to."""
