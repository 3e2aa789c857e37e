"""The computer underneath: child processes and their sandbox, files, memory, hardware, displays."""
