"""How updates arrive: polling or webhook, parsed, journaled, handled in order."""
