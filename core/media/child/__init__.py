"""What runs in the sandboxed child processes: libav, and whatever reads bytes that an attacker may have written."""
