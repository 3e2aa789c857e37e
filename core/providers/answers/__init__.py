"""What services and engines answer, read into segments and words on the recording's clock."""
