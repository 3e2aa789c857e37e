"""`python -m core.cli` is `notula`."""

from core.cli import main

if __name__ == "__main__":
    main()
