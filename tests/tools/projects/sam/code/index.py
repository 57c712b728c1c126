"""The code of a sample function: SAM packs this folder and uploads it."""


def handler(event: object, context: object) -> str:
    return "played"
