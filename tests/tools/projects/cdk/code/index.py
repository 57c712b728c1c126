"""The code of a sample function: CDK packs and publishes this folder as an asset."""


def handler(event: object, context: object) -> str:
    return "played"
