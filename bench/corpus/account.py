"""The account in which a template is played: the folder's files, and what the template takes for granted."""

from __future__ import annotations

import json
import re
from pathlib import Path, PurePosixPath

from bench.corpus.folder import as_deployed, object_for, template_of
from bench.corpus.local_paths import BUCKET, with_objects
from rehearsal.neighbours.moto_services import Neighbours
from rehearsal.state.s3_object import S3Object
from rehearsal.state.services import ServiceError

_SECRET_KEY = re.compile(r"resolve:secretsmanager:[^}]*?:SecretString:([^:}\"']+)")


class Account(Neighbours):
    """The services around the rehearsal. `missed` is what was asked for and is nowhere."""

    def __init__(self, account: str, folder: Path, text: str, region: str) -> None:
        super().__init__(account)
        self._folder = folder
        self._region = region
        self._secret = json.dumps(dict.fromkeys(_SECRET_KEY.findall(text), "Abcdef-12345678"))
        self.missed: list[str] = []

    def fetch(self, wanted: S3Object) -> bytes:
        own = self._folder / wanted.key
        if wanted.bucket == BUCKET:
            body = own.read_bytes() if own.is_file() else None
        else:
            body = object_for(self._folder, wanted.key)
        if body is None:
            self.missed.append(f"s3://{wanted.bucket}/{wanted.key}")
            return super().fetch(wanted)
        text = as_deployed(body.decode("utf-8-sig"), self._region)
        document = template_of(text) if wanted.bucket == BUCKET else None
        packaged = None if document is None else with_objects(document, PurePosixPath(wanted.key), self._folder)
        return (packaged or text).encode()

    def parameter(self, name: str, region: str) -> str | None:
        """A parameter that the account's owner has; AWS's own are for the rehearsal to know."""
        stored = super().parameter(name, region)
        return "example" if stored is None and not name.startswith("/aws/") else stored

    def secret(self, name: str, stage: str, version: str, region: str) -> str:
        try:
            return super().secret(name, stage, version, region)
        except ServiceError:
            return self._secret
