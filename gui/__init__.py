"""The desktop app: window, tray, and a thread that hosts the core. Of the core it knows `core.app` and little else."""
