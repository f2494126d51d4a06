"""`python -m toolkit` is `sfmeta`."""

from toolkit.cli.main import run

if __name__ == "__main__":
    run()
