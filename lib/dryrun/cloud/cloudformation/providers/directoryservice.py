"""AWS::DirectoryService."""

from __future__ import annotations

from dryrun.cloud.cloudformation.providers.base import Context, Properties, Seconds
from dryrun.cloud.cloudformation.providers.declared import Declared

_SHARED = frozenset({"CreateAlias", "EnableSso", "Name", "Password", "ShortName", "VpcSettings"})


class _Directory(Declared):
    """A directory; its physical id is its id."""

    service = "ds"
    seconds = Seconds(create=1200, update=30, delete=300)
    written = frozenset({"CreateAlias", "EnableSso", "Password"})
    reads, deletes = "describe_directories", "delete_directory"
    key, read_key, made = "DirectoryId", "DirectoryIds", "DirectoryId"
    item = "DirectoryDescriptions.0"
    answered = {"DnsIpAddresses": "DnsIpAddrs", "DirectoryId": "DirectoryId"}

    def after_create(self, at: Context, physical_id: str, properties: Properties) -> None:
        """Give the directory an alias, and let it sign people on, where that is asked."""
        directory = at.client("ds")
        if properties.get("CreateAlias"):
            directory.create_alias(DirectoryId=physical_id, Alias=at.name(62, lower=True))
        if properties.get("EnableSso"):
            directory.enable_sso(DirectoryId=physical_id)

    def change(
        self, at: Context, physical_id: str, old: Properties, new: Properties, names: list[str]
    ) -> list[str]:
        """Turn signing on off, or on."""
        if "EnableSso" in names:
            directory = at.client("ds")
            call = directory.enable_sso if new.get("EnableSso") else directory.disable_sso
            call(DirectoryId=physical_id)
        return [name for name in names if name != "EnableSso"]

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return what the template has of the directory."""
        kept = self.handled | {"Alias", "DirectoryId", "DnsIpAddresses"}
        settings = shown.get("VpcSettings") or {}
        asked = at.known.get("VpcSettings") or settings
        shown["VpcSettings"] = {name: settings[name] for name in asked if name in settings}
        return {name: value for name, value in shown.items() if name in kept}


class SimpleAD(_Directory):
    """A directory of Samba."""

    type = "AWS::DirectoryService::SimpleAD"
    handled = _SHARED | {"Description", "Size"}
    creates = "create_directory"


class MicrosoftAD(_Directory):
    """A directory of Microsoft."""

    type = "AWS::DirectoryService::MicrosoftAD"
    handled = _SHARED | {"Edition"}
    creates = "create_microsoft_ad"
