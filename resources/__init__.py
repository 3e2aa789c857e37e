"""Icons, style, translations and sample recordings, in a package so that a wheel carries them."""
