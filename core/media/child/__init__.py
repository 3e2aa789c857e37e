"""The code of the sandboxed child processes: libav, and all parsing of bytes that an attacker may have written."""
