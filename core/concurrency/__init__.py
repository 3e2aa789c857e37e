"""Tasks that run long, share a run, end in pairs, are timed and tried again."""
