"""What runs under the window: event loop, core thread, crash reports, the single instance, Qt's own texts."""
