"""AWS::ServiceDiscovery::Instance."""

from __future__ import annotations

from trial import Trial, client


def test_instance() -> None:
    space = Trial("AWS::ServiceDiscovery::HttpNamespace", {"Name": "boats"}, "Space")
    with space:
        named = {"Name": "ferry", "NamespaceId": space.physical_id}
        with Trial("AWS::ServiceDiscovery::Service", named, "Service") as service:
            asked = {
                "ServiceId": service.physical_id,
                "InstanceId": "one",
                "InstanceAttributes": {"harbour": "north"},
            }
            with Trial("AWS::ServiceDiscovery::Instance", asked) as it:
                assert it.physical_id == "one"
                assert it.read() == asked
                changed = {**asked, "InstanceAttributes": {"harbour": "south"}}
                assert it.update(changed) == changed
                found = client("servicediscovery").discover_instances(
                    NamespaceName="boats", ServiceName="ferry"
                )
                assert [one["Attributes"] for one in found["Instances"]] == [{"harbour": "south"}]
