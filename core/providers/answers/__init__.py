"""Reads what services and engines answer into segments and words on the recording's clock."""
