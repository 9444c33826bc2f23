"""The operations of SNS that moto answers otherwise than AWS."""

from __future__ import annotations

import re
from typing import Any, cast

from moto.core.responses import ActionResult
from moto.core.utils import ensure_boolean
from moto.sns.exceptions import SNSInvalidParameter, SNSNotFoundError
from moto.sns.models import SNSBackend, sns_backends
from moto.sns.responses import SNSResponse as MotoResponse

from dryrun.cloud import calling
from dryrun.cloud.sns import checks, filter_policies, outbox
from dryrun.cloud.sns.delivery_policies import effective
from dryrun.cloud.sns.models import CONFIRMED_BY_HAND, Subscription

_PENDING = "pending confirmation"
_ARNS = frozenset({"EndpointArn", "SubscriptionArn", "TargetArn", "TopicArn"})
_ARN_ELEMENTS = 6
_QUEUE = re.compile(r"arn:aws[a-z-]*:sqs:[a-z]{2}(-[a-z]+)+-\d:\d{12}:[\w-]+(\.fifo)?")


class SnsResponse(MotoResponse):
    """Answer the operations of SNS."""

    def _get_param(self, param_name: str, if_none: Any = None) -> Any:
        """Return a parameter; what is too short for an ARN is refused."""
        value = super()._get_param(param_name, if_none)
        if param_name in _ARNS and isinstance(value, str):
            count = len(value.split(":"))
            if count < _ARN_ELEMENTS:
                raise SNSInvalidParameter(
                    f"Invalid parameter: {param_name} Reason: An ARN must have at least 6 "
                    f"elements, not {count}"
                )
        return value

    def subscribe(self) -> ActionResult:
        """Subscribe an endpoint; one that is not of AWS has to confirm first."""
        asked = calling.current_call().parameters.get("Attributes") or {}
        checks.protocol(self._get_param("Protocol"))
        for name, value in asked.items():
            checks.attribute(name, value, subscribing=True)
        scope = asked.get("FilterPolicyScope")
        filter_policies.check_scope(scope, subscribing=True)
        filter_policies.check(asked.get("FilterPolicy"), scope, subscribing=True)
        _check_endpoint(self._get_param("Protocol"), self._get_param("Endpoint"))
        known = set(self.backend.subscriptions)
        answer = super().subscribe()
        arn = cast(dict[str, Any], answer.result)["SubscriptionArn"]
        one = cast(Subscription, self.backend.subscriptions[arn])
        if arn not in known:
            one.attributes["SubscriptionPrincipal"] = calling.current_caller().arn
        if one.protocol not in CONFIRMED_BY_HAND or one.confirmed:
            return answer
        if arn not in known:
            one.attributes["PendingConfirmation"] = True
            one.attributes["ConfirmationWasAuthenticated"] = False
        one.ask_to_confirm()
        wanted = ensure_boolean(self._get_param("ReturnSubscriptionArn") or False)
        return answer if wanted else ActionResult({"SubscriptionArn": _PENDING})

    def set_subscription_attributes(self) -> ActionResult:
        """Set an attribute of a subscription."""
        name, value = self._get_param("AttributeName"), self._get_param("AttributeValue")
        checks.attribute(name, value, subscribing=False)
        if self._get_param("SubscriptionArn") not in self.backend.subscriptions:
            raise SNSNotFoundError("Subscription does not exist")
        if name == "FilterPolicyScope":
            filter_policies.check_scope(value, subscribing=False)
        if name == "FilterPolicy":
            one = self.backend.subscriptions[self._get_param("SubscriptionArn")]
            scope = one.attributes.get("FilterPolicyScope")
            filter_policies.check(value, scope, subscribing=False)
        return super().set_subscription_attributes()

    def confirm_subscription(self) -> ActionResult:
        """Confirm a subscription with the token its endpoint got."""
        topic, token = self._get_param("TopicArn"), self._get_param("Token")
        checks.token(token)
        parts = topic.split(":")
        # A link is followed without signature, and so without region.
        backend = sns_backends[parts[4]][parts[3]] if len(parts) == 6 else self.backend
        for one in _subscriptions(backend, topic):
            if one.token == token and one.protocol in CONFIRMED_BY_HAND:
                one.confirmed = True
                one.attributes["PendingConfirmation"] = False
                return ActionResult({"SubscriptionArn": one.arn})
        raise SNSInvalidParameter("Invalid parameter: Token")

    def list_subscriptions(self) -> ActionResult:
        """Return subscriptions; those to be confirmed have no ARN yet."""
        return _shown(super().list_subscriptions())

    def list_subscriptions_by_topic(self) -> ActionResult:
        """Return the subscriptions of a topic."""
        return _shown(super().list_subscriptions_by_topic())

    def get_topic_attributes(self) -> ActionResult:
        """Tell a topic's attributes, with the true number of its subscriptions."""
        answer = super().get_topic_attributes()
        told = cast(dict[str, Any], answer.result)["Attributes"]
        pending = [not one.confirmed for one in _subscriptions(self.backend, told["TopicArn"])]
        told["SubscriptionsPending"] = str(sum(pending))
        told["SubscriptionsConfirmed"] = str(len(pending) - sum(pending))
        policy = told.pop("DeliveryPolicy")
        if policy:
            told["DeliveryPolicy"] = policy
        told["EffectiveDeliveryPolicy"] = effective(policy)
        return answer

    def create_topic(self) -> ActionResult:
        """Create a topic; one that is there already has to have the same tags."""
        name, wanted = self._get_param("Name"), self._get_tags() or {}
        arn = f"arn:aws:sns:{self.region}:{self.current_account}:{name}"
        known = self.backend.topics.get(arn)
        if known is not None and wanted and wanted != self.backend.list_tags_for_resource(arn):
            raise checks.invalid("Tags Reason: Topic already exists with different tags")
        return super().create_topic()

    def tag_resource(self) -> ActionResult:
        """Put tags on a topic."""
        checks.tags(calling.current_call().parameters.get("Tags") or [])
        return super().tag_resource()

    def publish(self) -> ActionResult:
        """Publish to a topic, an endpoint or a phone."""
        asked = calling.current_call().parameters
        checks.message(asked)
        # Reading them refuses what is no ARN, before a topic is looked for.
        self._get_param("TopicArn")
        self._get_param("TargetArn")
        checks.target(self.backend, asked)
        answer = super().publish()
        if number := self._get_param("PhoneNumber"):
            outbox.put("sms", "AWS", number, "", self._get_param("Message"))
        return answer

    def publish_batch(self) -> ActionResult:
        """Publish messages to a topic."""
        self.backend.get_topic(self._get_param("TopicArn"))
        checks.batch(calling.current_call().parameters.get("PublishBatchRequestEntries") or [])
        return super().publish_batch()


def _subscriptions(backend: SNSBackend, topic_arn: str) -> list[Subscription]:
    found = backend.subscriptions.values()
    return [cast(Subscription, one) for one in found if one.topic_arn == topic_arn]


def _shown(answer: ActionResult) -> ActionResult:
    told = cast(dict[str, Any], answer.result)
    told["Subscriptions"] = [
        {
            "SubscriptionArn": one.arn if one.confirmed else "PendingConfirmation",
            "Owner": one.owner,
            "Protocol": one.protocol,
            "Endpoint": one.endpoint,
            "TopicArn": one.topic_arn,
        }
        for one in told["Subscriptions"]
    ]
    return answer


def _check_endpoint(protocol: str, endpoint: str | None) -> None:
    """Refuse what leads nowhere, over which moto stumbles; the first words are from memory."""
    if not endpoint:
        raise SNSInvalidParameter("Invalid parameter: Endpoint")
    if protocol == "sqs" and not _QUEUE.fullmatch(endpoint):
        raise SNSInvalidParameter("Invalid parameter: SQS endpoint ARN")
