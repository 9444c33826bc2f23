"""Identity pools whose identities may assume roles by themselves, and those whose may not."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from trial import Trial, client


def test_a_pool_with_the_classic_flow() -> None:
    anybody = {"AllowUnauthenticatedIdentities": True}
    pools = client("cognito-identity")
    with Trial("AWS::Cognito::IdentityPool", {**anybody, "AllowClassicFlow": True}) as pool:
        assert pool.read()["AllowClassicFlow"] is True
        who = pools.get_id(IdentityPoolId=pool.physical_id)["IdentityId"]
        assert pools.get_open_id_token(IdentityId=who)["Token"]
        assert pool.update(anybody)["AllowClassicFlow"] is False
        with pytest.raises(ClientError, match="please use enhanced flow"):
            pools.get_open_id_token(IdentityId=who)


def test_a_pool_without_it() -> None:
    pools = client("cognito-identity")
    with Trial("AWS::Cognito::IdentityPool", {"AllowUnauthenticatedIdentities": True}) as pool:
        assert "AllowClassicFlow" not in pool.read()
        who = pools.get_id(IdentityPoolId=pool.physical_id)["IdentityId"]
        with pytest.raises(ClientError, match="InvalidParameterException"):
            pools.get_open_id_token(IdentityId=who)
