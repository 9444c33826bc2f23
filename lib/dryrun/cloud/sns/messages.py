"""What subscribers get, in the shapes of SNS.

Follows "Parsing Amazon SNS message formats", "Amazon SNS message delivery to Lambda" and, for
mails, from memory what "AWS Notifications" sends.
"""

from __future__ import annotations

import base64
import hashlib
import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from dryrun.cloud import inside

_SIGNATURE_BYTES = 256


@dataclass(frozen=True)
class Notification:
    """One message on its way to the subscribers of a topic."""

    topic_arn: str
    subscription_arn: str
    message_id: str
    message: str
    subject: str | None = None
    attributes: dict[str, Any] = field(default_factory=dict)
    """By SNS's names: `Type` and `Value`."""

    @property
    def region(self) -> str:
        """The topic's region."""
        return self.topic_arn.split(":")[3]

    @property
    def unsubscribe_url(self) -> str:
        """Where a subscriber ends the subscription."""
        asked = f"Action=Unsubscribe&SubscriptionArn={self.subscription_arn}"
        return f"https://sns.{self.region}.amazonaws.com/?{asked}"


def envelope(one: Notification) -> str:
    """Return a message as queues and web addresses get it."""
    return _text({"Type": "Notification", **_parts(one, "SigningCertURL", "UnsubscribeURL")})


def for_function(one: Notification) -> str:
    """Return the event with which SNS invokes a function."""
    parts = _parts(one, "SigningCertUrl", "UnsubscribeUrl")
    told = {"Type": "Notification", **parts}
    told.setdefault("Subject", None)
    told.setdefault("MessageAttributes", {})
    record = {
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": one.subscription_arn,
        "Sns": told,
    }
    return json.dumps({"Records": [record]})


def confirmation(topic_arn: str, token: str, message_id: str) -> str:
    """Return what a web address gets before anything else."""
    region = topic_arn.split(":")[3]
    message = (
        f"You have chosen to subscribe to the topic {topic_arn}.\n"
        "To confirm the subscription, visit the SubscribeURL included in this message."
    )
    return _text(
        {
            "Type": "SubscriptionConfirmation",
            "MessageId": message_id,
            "Token": token,
            "TopicArn": topic_arn,
            "Message": message,
            "SubscribeURL": confirm_url(topic_arn, token),
            "Timestamp": _now(),
            **_signed(region, message_id, "SigningCertURL"),
        }
    )


def confirm_url(topic_arn: str, token: str) -> str:
    """Return the address that confirms a subscription: this cloud's, for AWS is not asked."""
    asked = {
        "Action": "ConfirmSubscription",
        "TopicArn": topic_arn,
        "Token": token,
        "Version": "2010-03-31",
    }
    return f"{inside.endpoint()}/?{urlencode(asked)}"


def mail(one: Notification) -> str:
    """Return the text of a mail with a message."""
    return (
        f"{one.message}\n\n--\nIf you wish to stop receiving notifications from this topic, please "
        f"click or visit the link below to unsubscribe:\n{one.unsubscribe_url}\n\nPlease do not "
        "reply directly to this email. If you have any questions or comments regarding this "
        "email, please contact us at https://aws.amazon.com/support\n"
    )


def confirmation_mail(topic_arn: str, token: str) -> str:
    """Return the text of the mail that asks for a confirmation."""
    return (
        f"You have chosen to subscribe to the topic:\n{topic_arn}\n\nTo confirm this "
        "subscription, click or visit the link below (If this was in error no action is "
        f"necessary):\n{confirm_url(topic_arn, token)}\n\nPlease do not reply directly to this "
        "email.\n"
    )


def _parts(one: Notification, certificate: str, unsubscribe: str) -> dict[str, Any]:
    subject = {"Subject": one.subject} if one.subject else {}
    attributes = {"MessageAttributes": one.attributes} if one.attributes else {}
    return {
        "MessageId": one.message_id,
        "TopicArn": one.topic_arn,
        **subject,
        "Message": one.message,
        "Timestamp": _now(),
        **_signed(one.region, one.message_id, certificate),
        unsubscribe: one.unsubscribe_url,
        **attributes,
    }


def _signed(region: str, message_id: str, certificate: str) -> dict[str, str]:
    """Return the signature of a message: none that AWS's certificate would confirm."""
    data, number = b"", 0
    while len(data) < _SIGNATURE_BYTES:
        data += hashlib.sha256(f"{message_id} {number}".encode()).digest()
        number += 1
    name = "SimpleNotificationService-0000000000000000000000dryrun.pem"
    return {
        "SignatureVersion": "1",
        "Signature": base64.b64encode(data).decode(),
        certificate: f"https://sns.{region}.amazonaws.com/{name}",
    }


def _text(told: dict[str, Any]) -> str:
    return json.dumps(told, indent=2, separators=(",", " : "), ensure_ascii=False)


def _now() -> str:
    moment = datetime.fromtimestamp(time.time(), UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"
