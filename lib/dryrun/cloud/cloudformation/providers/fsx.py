"""AWS::FSx: file systems."""

from __future__ import annotations

from dryrun.cloud.cloudformation.providers.base import Context, Properties, Seconds
from dryrun.cloud.cloudformation.providers.declared import Declared, Tagging

_CONFIGS = (
    "LustreConfiguration",
    "OntapConfiguration",
    "OpenZFSConfiguration",
    "WindowsConfiguration",
)


class FileSystem(Declared):
    """A file system; its physical id is its id."""

    type = "AWS::FSx::FileSystem"
    handled = frozenset(
        {
            "FileSystemType",
            "FileSystemTypeVersion",
            "KmsKeyId",
            "SecurityGroupIds",
            "StorageCapacity",
            "StorageType",
            "SubnetIds",
            "Tags",
            *_CONFIGS,
        }
    )
    service = "fsx"
    seconds = Seconds(create=900, update=300, delete=300)
    written = frozenset({"SecurityGroupIds", *_CONFIGS})
    creates, reads, deletes = "create_file_system", "describe_file_systems", "delete_file_system"
    key, read_key, made = "FileSystemId", "FileSystemIds", "FileSystem.FileSystemId"
    item = "FileSystems.0"
    answered = {"Id": "FileSystemId", "DNSName": "DNSName", "ResourceARN": "ResourceARN"}
    tagging = Tagging("ResourceARN", key="ResourceARN", plain=True)

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return what the template has of the file system."""
        kept = self.handled | {"DNSName", "Id", "ResourceARN"}
        return {name: value for name, value in shown.items() if name in kept}
