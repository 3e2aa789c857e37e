"""The page Dashboard: how busy Notula is, how well it works, and what is out of its target."""
