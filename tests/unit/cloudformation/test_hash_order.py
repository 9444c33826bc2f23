from dryrun.cloud.cloudformation.hash_order import EVENT_BUCKETS, copied, ordered


def test_members_of_a_resource_stand_as_in_a_copy_of_a_hash_map():
    for given, expected in (
        ("StageName Description RestApiId", "RestApiId Description StageName"),
        ("StageName RestApiId DeploymentId", "RestApiId DeploymentId StageName"),
        ("LogGroupName Tags", "Tags LogGroupName"),
        ("Type Value Name Tags", "Value Type Tags Name"),
    ):
        assert list(copied(dict.fromkeys(given.split()))) == expected.split()


def test_what_is_inside_stands_as_in_a_hash_map_of_usual_size():
    inside = {"x-amazon-apigateway-integration": 1, "responses": 2}
    assert list(copied({"Body": inside})["Body"]) == [
        "responses",
        "x-amazon-apigateway-integration",
    ]
    assert list(ordered({"Value": 1, "Type": 2}, EVENT_BUCKETS)) == ["Type", "Value"]
