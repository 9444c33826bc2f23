"""Domains that stacks make, by both names of the service."""

from __future__ import annotations

from in_process import client
from stacks import create, outputs, status, template
from trial import Trial

CLUSTER = {"InstanceType": "m3.medium.elasticsearch", "InstanceCount": "2"}


def test_an_older_domain_has_its_own_tags_only() -> None:
    older = {
        "Type": "AWS::Elasticsearch::Domain",
        "Properties": {
            "ElasticsearchVersion": "7.10",
            "ElasticsearchClusterConfig": {**CLUSTER, "ZoneAwarenessEnabled": True},
            "Tags": [{"Key": "use", "Value": "logs"}],
        },
    }
    arn = {"Outputs": {"Arn": {"Value": {"Fn::GetAtt": ["D", "Arn"]}}}}
    create("older", template(arn, D=older))
    assert status("older") == "CREATE_COMPLETE"
    arn_of = outputs("older")["Arn"]
    assert client("es").list_tags(ARN=arn_of)["TagList"] == [{"Key": "use", "Value": "logs"}]
    name = arn_of.rpartition("/")[2]
    found = client("es").describe_elasticsearch_domain(DomainName=name)["DomainStatus"]
    assert found["ElasticsearchVersion"] == "7.10"
    assert found["ElasticsearchClusterConfig"]["InstanceCount"] == 2
    assert found["ElasticsearchClusterConfig"]["InstanceType"] == CLUSTER["InstanceType"]


def test_an_older_domain_is_read_with_its_own_types() -> None:
    wanted = {"ElasticsearchClusterConfig": {**CLUSTER, "InstanceCount": 2}}
    with Trial("AWS::Elasticsearch::Domain", wanted) as made:
        assert made.read()["ElasticsearchClusterConfig"] == wanted["ElasticsearchClusterConfig"]
