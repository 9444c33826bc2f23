"""Public parameters of Systems Manager, and the images they name."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from in_process import ENDPOINT, client, session

ROOT = "/aws/service"
PATHS = [
    "ami-amazon-linux-latest/amzn2-ami-hvm-x86_64-gp2",
    "ami-amazon-linux-latest/amzn-ami-hvm-x86_64-s3",
    "ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64",
    "ami-amazon-linux-latest/al2023-ami-kernel-default-arm64",
    "ami-windows-latest/Windows_Server-2019-English-Full-Base",
    "ami-windows-latest/Windows_Server-2022-English-Full-SQL_2022_Standard",
    "ami-windows-latest/Windows_Server-2019-English-Core-EKS_Optimized-1.29/image_id",
    "bottlerocket/aws-ecs-1/x86_64/latest/image_id",
    "bottlerocket/aws-k8s-1.29/arm64/latest/image_id",
    "canonical/ubuntu/server/22.04/stable/current/amd64/hvm/ebs-gp2/ami-id",
    "canonical/ubuntu/server/noble/stable/current/arm64/hvm/ebs-gp3/ami-id",
    "canonical/ubuntu/pro-server/20.04/stable/current/amd64/hvm/ebs-gp2/ami-id",
    "debian/release/12/latest/amd64",
    "debian/release/bullseye/latest/arm64",
    "ecs/optimized-ami/amazon-linux-2/recommended/image_id",
    "ecs/optimized-ami/amazon-linux-2023/recommended/image_id",
    "eks/optimized-ami/1.29/amazon-linux-2/recommended/image_id",
    "eks/optimized-ami/1.31/amazon-linux-2023/x86_64/standard/recommended/image_id",
]


def in_region(service: str, region: str) -> Any:
    return session().client(service, region_name=region, endpoint_url=ENDPOINT)


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1", "mx-central-1"])
def test_every_path_names_an_image_of_the_region(region: str) -> None:
    names = [f"{ROOT}/{path}" for path in PATHS]
    if region == "mx-central-1":
        names = [name for name in names if "/ecs/" not in name]
    ssm, ec2 = in_region("ssm", region), in_region("ec2", region)
    for start in range(0, len(names), 10):
        some = names[start : start + 10]
        answer = ssm.get_parameters(Names=some)
        assert answer["InvalidParameters"] == []
        found = {one["Name"]: one["Value"] for one in answer["Parameters"]}
        assert sorted(found) == sorted(some)
        for name, image_id in found.items():
            image = ec2.describe_images(ImageIds=[image_id])["Images"][0]
            assert image["Architecture"] == ("arm64" if "arm64" in name else "x86_64"), name
            assert (image.get("Platform") == "windows") is ("windows" in name), name


def test_shape() -> None:
    name = f"{ROOT}/canonical/ubuntu/server/22.04/stable/current/amd64/hvm/ebs-gp2/ami-id"
    found = client("ssm").get_parameter(Name=name)["Parameter"]
    assert found["ARN"] == f"arn:aws:ssm:us-east-1::parameter{name}"
    assert (found["Type"], found["DataType"]) == ("String", "aws:ec2:image")
    image = client("ec2").describe_images(ImageIds=[found["Value"]])["Images"][0]
    assert image["Name"].startswith("ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-")
    assert image["OwnerId"] == "099720109477"
    document = client("ssm").get_parameter(
        Name=f"{ROOT}/eks/optimized-ami/1.29/amazon-linux-2/recommended"
    )["Parameter"]["Value"]
    assert json.loads(document)["image_name"].startswith("amazon-eks-node-1.29-v")
    amazon = client("ssm").get_parameter(Name=f"{ROOT}/{PATHS[0]}")["Parameter"]
    assert amazon["ARN"] == f"arn:aws:ssm:us-east-1::parameter{ROOT}/{PATHS[0]}"


def test_ids_are_those_of_the_region_and_stay() -> None:
    name = f"{ROOT}/debian/release/12/latest/amd64"
    one, two = (
        in_region("ssm", region).get_parameter(Name=name)["Parameter"]["Value"]
        for region in ("us-east-1", "us-west-2")
    )
    assert one != two
    assert one == client("ssm").get_parameter(Name=name)["Parameter"]["Value"]


def test_by_path() -> None:
    pages = client("ssm").get_paginator("get_parameters_by_path")
    found = [
        one["Name"]
        for page in pages.paginate(Path=f"{ROOT}/ami-windows-latest")
        for one in page["Parameters"]
    ]
    assert f"{ROOT}/ami-windows-latest/Windows_Server-2022-English-Full-Base" in found
    found = [
        one["Name"]
        for page in pages.paginate(Path=f"{ROOT}/debian", Recursive=True)
        for one in page["Parameters"]
    ]
    assert f"{ROOT}/debian/release/bookworm/latest/amd64" in found
    assert len(found) == len(set(found)) == 12


def test_unknown_paths_and_other_lists() -> None:
    ssm = client("ssm")
    for path in ("ami-windows-latest/Windows_Server-1999", "eks/optimized-ami/0.9/x", "nobody/x"):
        with pytest.raises(ClientError, match="ParameterNotFound"):
            ssm.get_parameter(Name=f"{ROOT}/{path}")
    pages = ssm.get_paginator("describe_parameters").paginate()
    names = [one["Name"] for page in pages for one in page["Parameters"]]
    assert not [name for name in names if name.startswith(ROOT)]


def test_ecs_names_no_image_that_is_gone() -> None:
    path = f"{ROOT}/ecs/optimized-ami/amazon-linux-2022"
    pages = client("ssm").get_paginator("get_parameters_by_path")
    ids = {
        one["Value"]
        for page in pages.paginate(Path=path, Recursive=True)
        for one in page["Parameters"]
        if one["Name"].endswith("/image_id")
    }
    known = client("ec2").describe_images(ImageIds=sorted(ids))["Images"]
    assert {image["ImageId"] for image in known} == ids
