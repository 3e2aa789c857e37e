"""Language models, for translations and summaries."""
