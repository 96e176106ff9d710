VERSION = "0.1.0"
"""The version; a test compares it with the library's."""
