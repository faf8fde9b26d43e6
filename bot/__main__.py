"""`python -m bot` is `sfsync`."""

from bot.cli import main

if __name__ == "__main__":
    main()
