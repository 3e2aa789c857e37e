"""All that can be done in the window by a key: one registry for menus, palette, settings, cheat sheet and docs."""
