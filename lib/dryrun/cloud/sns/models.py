"""Subscriptions, in the place of moto's: what they get goes through the dispatcher.

Follows "Amazon SNS message delivery retries" and "Amazon SNS dead-letter queues".
"""

from __future__ import annotations

import json
from typing import Any

from moto.moto_api._internal import mock_random
from moto.sns import models
from moto.sns.models import Subscription as MotoSubscription
from moto.sns.models import Topic

from dryrun.cloud import delivery
from dryrun.cloud.delivery import Delivery, Sender
from dryrun.cloud.sns import messages, outbox
from dryrun.cloud.sns.messages import Notification

SERVICE = "sns.amazonaws.com"
CONFIRMED_BY_HAND = frozenset({"email", "email-json", "http", "https"})
"""Protocols whose endpoint has to agree first."""
_OF_AWS = (100_015, 23 * 86400.0)
"""Retries, and for how long, where the endpoint is a service of AWS."""
_OF_OTHERS = (3, 3600.0)
_TOKEN_DIGITS = 32 * 6


class Subscription(MotoSubscription):
    """One endpoint that hears of what is published to a topic."""

    def __init__(self, account_id: str, topic: Topic, endpoint: str, protocol: str) -> None:
        super().__init__(account_id, topic, endpoint, protocol)
        self.confirmed = protocol not in CONFIRMED_BY_HAND
        self.token = "".join(mock_random.choice("0123456789abcdef") for _ in range(_TOKEN_DIGITS))

    def publish(  # noqa: PLR0917 - as moto calls it
        self,
        message: str,
        message_id: str,
        subject: str | None = None,
        message_attributes: dict[str, Any] | None = None,
        group_id: str | None = None,
        deduplication_id: str | None = None,
        message_structure: str | None = None,
    ) -> None:
        """Send a message on its way to this endpoint, if it wants it."""
        matcher = self._filter_policy_matcher
        if not self.confirmed:
            return
        if matcher is not None and not matcher.matches(message_attributes, message):
            return
        if message_structure == "json":
            message = self._parse_message_structure(message, self.protocol)
        one = Notification(
            self.topic.arn, self.arn, message_id, message, subject, message_attributes or {}
        )
        self._tell(one, group_id, deduplication_id)

    def ask_to_confirm(self) -> None:
        """Ask the endpoint whether it agrees."""
        if self.protocol in ("email", "email-json"):
            text = messages.confirmation_mail(self.topic.arn, self.token)
            self._mail(
                "AWS Notification - Subscription Confirmation",
                text,
                link=messages.confirm_url(self.topic.arn, self.token),
                token=self.token,
            )
            return
        message_id = str(mock_random.uuid4())
        text = messages.confirmation(self.topic.arn, self.token, message_id)
        self._post(text, "SubscriptionConfirmation", message_id)

    def _tell(self, one: Notification, group: str | None, deduplication: str | None) -> None:
        if self.protocol == "email":
            self._mail(one.subject or "AWS Notification Message", messages.mail(one))
        elif self.protocol == "email-json":
            self._mail(one.subject or "AWS Notification Message", messages.envelope(one))
        elif self.protocol == "sms":
            outbox.put("sms", "AWS", self.endpoint, "", one.message, topic=one.topic_arn)
        elif self.protocol == "application":
            self.topic.sns_backend.get_endpoint(self.endpoint).publish(one.message)
        elif self.protocol in ("http", "https"):
            text = one.message if self.is_raw else messages.envelope(one)
            self._post(text, "Notification", one.message_id)
        else:
            self._send(one, group, deduplication)

    @property
    def is_raw(self) -> bool:
        """Whether the endpoint gets messages without an envelope."""
        return str(self.attributes.get("RawMessageDelivery")).lower() == "true"

    def _send(self, one: Notification, group: str | None, deduplication: str | None) -> None:
        """Send to an endpoint that is a resource of AWS: a queue, a function, a Firehose stream."""
        options: dict[str, Any] = {}
        if self.protocol == "lambda":
            text = messages.for_function(one)
        elif self.is_raw:
            text = one.message
            options["MessageAttributes"] = _as_sqs(one.attributes)
        else:
            text = messages.envelope(one)
        if group:
            options["SqsParameters"] = {"MessageGroupId": group}
        if deduplication:
            options["MessageDeduplicationId"] = deduplication
        role = str(self.attributes.get("SubscriptionRoleArn") or "")
        self._deliver(self.endpoint, text, options, role if self.protocol == "firehose" else "")

    def _post(self, text: str, kind: str, message_id: str) -> None:
        headers = {
            "Content-Type": "text/plain; charset=UTF-8",
            "User-Agent": "Amazon Simple Notification Service Agent",
            "x-amz-sns-message-type": kind,
            "x-amz-sns-message-id": message_id,
            "x-amz-sns-topic-arn": self.topic.arn,
        }
        if kind == "Notification":
            headers["x-amz-sns-subscription-arn"] = self.arn
        if self.is_raw and kind == "Notification":
            headers["x-amz-sns-rawdelivery"] = "true"
        self._deliver(self.endpoint, text, {"Headers": headers})

    def _deliver(self, target: str, text: str, options: dict[str, Any], role_arn: str = "") -> None:
        backend = self.topic.sns_backend
        retries, age = _OF_OTHERS if target.startswith("http") else _OF_AWS
        delivery.send(
            Delivery(
                Sender(SERVICE, self.topic.arn, backend.account_id, backend.region_name, role_arn),
                target,
                text,
                options=options,
                max_age=age,
                max_attempts=retries,
                dead_letter_arn=self._dead_letters(),
            )
        )

    def _dead_letters(self) -> str:
        text = self.attributes.get("RedrivePolicy")
        try:
            return str(json.loads(text).get("deadLetterTargetArn", "")) if text else ""
        except ValueError:
            return ""

    def _mail(self, subject: str, text: str, **more: str) -> None:
        sender = f"{self.topic.display_name or 'AWS Notifications'} <{outbox.FROM}>"
        outbox.put("email", sender, self.endpoint, subject, text, topic=self.topic.arn, **more)


def _as_sqs(attributes: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, one in attributes.items():
        kind = "BinaryValue" if one["Type"].startswith("Binary") else "StringValue"
        made[name] = {"DataType": one["Type"], kind: one["Value"]}
    return made


def install() -> None:
    """Let moto make subscriptions of this class, whose filters were checked before."""
    models.Subscription = Subscription
    backend: Any = models.SNSBackend
    backend._validate_filter_policy = lambda *_, **__: None
