"""What this room hangs into the house."""


def hang() -> None:
    pass
