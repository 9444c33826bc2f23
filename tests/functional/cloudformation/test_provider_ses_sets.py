"""AWS::SES: what messages are sent with, and what becomes of those received."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from trial import Trial, client

TAGS = [{"Key": "a", "Value": "1"}]


def test_configuration_set() -> None:
    given = {
        "Name": "news",
        "DeliveryOptions": {"TlsPolicy": "REQUIRE"},
        "ReputationOptions": {"ReputationMetricsEnabled": True},
        "SendingOptions": {"SendingEnabled": False},
        "SuppressionOptions": {"SuppressedReasons": ["BOUNCE"]},
        "Tags": TAGS,
    }
    with Trial("AWS::SES::ConfigurationSet", given) as news:
        assert news.read() == given
        shown = client("sesv2").get_configuration_set(ConfigurationSetName="news")
        assert shown["SendingOptions"] == {"SendingEnabled": False}
        assert news.update({"Name": "news"}) == {"Name": "news", "Tags": []}


def test_receipt_rules() -> None:
    client("s3").create_bucket(Bucket="post")
    keep = {"S3Action": {"BucketName": "post", "ObjectKeyPrefix": "in/"}}
    stop = {"StopAction": {"Scope": "RuleSet"}}
    with Trial("AWS::SES::ReceiptRuleSet", {"RuleSetName": "all"}) as rules:
        assert rules.read() == {"RuleSetName": "all"}
        first = {"Name": "first", "Enabled": True, "Recipients": ["a@example.com"]}
        given = {"RuleSetName": "all", "Rule": {**first, "Actions": [keep]}}
        with Trial("AWS::SES::ReceiptRule", given) as one:
            found = one.read()
            assert found["Rule"] == given["Rule"]
            assert found["RuleName"] == one.physical_id == "first"
            plain = {"RuleSetName": "all", "Rule": {"Actions": [stop]}, "After": "first"}
            with Trial("AWS::SES::ReceiptRule", plain, "Stop") as other:
                assert other.read()["Rule"] == plain["Rule"]
                assert names() == ["first", other.physical_id]
                other.update({"RuleSetName": "all", "Rule": plain["Rule"]})
                assert names() == [other.physical_id, "first"]
            found = one.update({**given, "Rule": {**first, "Enabled": False}})
            assert found["Rule"] == {**first, "Enabled": False}
        client("ses").set_active_receipt_rule_set(RuleSetName="all")
        with pytest.raises(ClientError, match="Cannot delete active rule set"):
            rules.delete()
        client("ses").set_active_receipt_rule_set()
    client("s3").delete_bucket(Bucket="post")


def names() -> list[str]:
    found = client("ses").describe_receipt_rule_set(RuleSetName="all")["Rules"]
    return [one["Name"] for one in found]


def test_tags_of_an_identity() -> None:
    given = {"EmailIdentity": "boats.example.com"}
    with Trial("AWS::SES::EmailIdentity", {**given, "Tags": TAGS}) as identity:
        other = [{"Key": "b", "Value": "2"}]
        assert identity.update({**given, "Tags": other})["Tags"] == other
        sending = {"ConfigurationSetName": "news"}
        found = identity.update({**given, "ConfigurationSetAttributes": sending})
        assert found["ConfigurationSetAttributes"] == sending
