"""What the bot shows: keyboards, menus, panels, lists, sentences."""
