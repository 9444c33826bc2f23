"""What Systems Manager here has beside moto's."""

from __future__ import annotations

from typing import Any

from moto.ssm.models import FakePatchGroup, SimpleSystemManagerBackend

from dryrun.cloud.ssm import parameter_answers, parameter_names, public_parameters

_validate = SimpleSystemManagerBackend._validate_resource_type_and_id
_register_first = SimpleSystemManagerBackend.register_patch_baseline_for_patch_group


def install() -> None:
    """Put ours in moto's place."""
    parameter_answers.install()
    parameter_names.install()
    public_parameters.install()
    SimpleSystemManagerBackend._validate_resource_type_and_id = _find_tagged
    SimpleSystemManagerBackend.deregister_patch_baseline_for_patch_group = _deregister
    SimpleSystemManagerBackend.register_patch_baseline_for_patch_group = _register


def _find_tagged(self: Any, resource_type: str, resource_id: str) -> Any:
    """Find what has tags; moto knows no patch baselines and associations there."""
    if resource_type == "PatchBaseline" and resource_id in self.baselines:
        return resource_id
    if resource_type == "Association" and resource_id in self.__dict__.get("associations", {}):
        return resource_id
    return _validate(self, resource_type, resource_id)


def _deregister(self: Any, baseline_id: str, patch_group: str) -> tuple[str, str]:
    """Give a patch group the default baseline back, which moto forgets to do."""
    group, baseline = self.patch_groups.get(patch_group), self.baselines.get(baseline_id)
    if group is not None and baseline is not None:
        system = baseline.operating_system
        if group.associations.get(system) == baseline_id:
            default = FakePatchGroup("default", self.region_name)
            group.associations[system] = default.associations[system]
    return baseline_id, patch_group


def _register(self: Any, baseline_id: str, patch_group: str) -> tuple[str, str]:
    """Give a patch group a baseline for each system; moto takes the default for one of its own."""
    group, baseline = self.patch_groups.get(patch_group), self.baselines.get(baseline_id)
    if group is not None and baseline is not None:
        system = baseline.operating_system
        default = FakePatchGroup("default", self.region_name)
        if group.associations.get(system) == default.associations.get(system):
            group.associations[system] = baseline_id
    registered: tuple[str, str] = _register_first(self, baseline_id, patch_group)
    return registered
