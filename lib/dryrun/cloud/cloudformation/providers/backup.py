"""AWS::Backup, as far as there is a service: vaults."""

from __future__ import annotations

from dryrun.cloud.cloudformation.providers.base import Context, Properties, Seconds
from dryrun.cloud.cloudformation.providers.declared import Declared, Tagging


class BackupVault(Declared):
    """A vault; its physical id is its name."""

    type = "AWS::Backup::BackupVault"
    handled = frozenset({"BackupVaultName", "BackupVaultTags", "EncryptionKeyArn"})
    harmless = {"Notifications": "no backup is made here of which one could be told"}
    service = "backup"
    name_property = "BackupVaultName"
    seconds = Seconds(create=5, update=5, delete=5)
    creates, reads = "create_backup_vault", "describe_backup_vault"
    deletes, key = "delete_backup_vault", "BackupVaultName"
    tagging = Tagging("BackupVaultArn", keys="TagKeyList", listed="list_tags")

    def prepared(self, at: Context, properties: Properties) -> Properties:
        """Return the properties with tags under the name all types have."""
        properties["Tags"] = properties.pop("BackupVaultTags", None) or {}
        return properties

    def request(
        self, at: Context, name: str, properties: Properties, *, tags: bool = True
    ) -> Properties:
        """Give the call the tags under its own name."""
        given = {key: value for key, value in properties.items() if key != "Tags"}
        given["BackupVaultTags"] = properties.get("Tags") or {}
        return super().request(at, name, given, tags=tags)

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the vault with its tags."""
        found = at.client(self.service).list_tags(ResourceArn=shown["BackupVaultArn"])
        shown["BackupVaultTags"] = found.get("Tags") or {}
        return shown
