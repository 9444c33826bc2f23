"""`lab.graph`: nodes, edges, words, and Mermaid that nothing breaks out of."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from stack_samples import BUCKET, FUNCTION, QUEUE, TEMPLATE, resource

from dryrun.exceptions import LabError
from dryrun.notebook.render import mermaid
from dryrun.notebook.stack_graph import MERMAID, MOST_NODES, graph_views, template_text
from dryrun.notebook.stack_shape import Edge, Node, Shape, parse, shape_of_stack, shape_of_template


def views(shape: Shape, status: str = "", around: str | None = None):
    return graph_views(shape, title="Stack x", status=status, what="x", around=around)


def edges(shape: Shape) -> dict[tuple[str, str], tuple[str, bool]]:
    return {(edge.source, edge.target): (edge.label, edge.bare) for edge in shape.edges}


def test_references_are_labelled_and_depends_on_is_dashed() -> None:
    shape = shape_of_template(parse(TEMPLATE))
    assert edges(shape) == {
        ("TicketQueue", "DeadLetters"): ("Arn", False),
        ("TicketRole", "TicketQueue"): ("Arn", False),
        ("Seller", "TicketRole"): ("Arn", False),
        ("Seller", "TicketQueue"): ("Ref, Arn", False),
        ("Seller", "SellerLogs"): ("DependsOn", True),
    }
    _, picture = views(shape)
    assert re.search(r'n5 --.?>\|"Ref#44; Arn"\| n1', picture.source)
    assert '-.->|"DependsOn"|' in picture.source


def test_a_template_has_conditions_and_no_status() -> None:
    card, picture = views(shape_of_template(parse(TEMPLATE)))
    assert "Manifests · AWS::S3::Bucket · if IsProd" in card.text
    assert "if IsProd" in picture.source
    assert "not deployed" in card.text
    assert "class" in picture.source
    assert picture.source.count(":::plain") == 6


def test_a_template_given_as_json_or_as_a_dict() -> None:
    body = '{"Resources": {"A": {"Type": "AWS::SQS::Queue"}}}'
    assert [node.name for node in shape_of_template(parse(body)).nodes] == ["A"]
    document = {"Resources": {"A": {"Type": QUEUE}}}
    assert [node.name for node in shape_of_template(parse(document)).nodes] == ["A"]


def test_a_template_that_cannot_be_read_is_one_sentence() -> None:
    for body in ("Resources: [\n", "Resources: {A: {Type: 3}}", "a\n"):
        with pytest.raises(LabError, match=r"^This template cannot be read: .*\.$"):
            shape_of_template(parse(body))


def test_a_circle_is_told_in_aws_words() -> None:
    one = {"Type": QUEUE, "DependsOn": "B"}
    with pytest.raises(LabError, match="Circular dependency"):
        parse({"Resources": {"A": one, "B": {"Type": QUEUE, "DependsOn": "A"}}})


def test_transforms_are_said_to_be_still_to_come() -> None:
    body = (
        "Transform: AWS::Serverless-2016-10-31\nResources: {F: {Type: AWS::Serverless::Function}}"
    )
    card, _ = views(shape_of_template(parse(body)))
    assert "AWS::Serverless-2016-10-31 may add resources" in " ".join(card.text.split())


def test_statuses_have_a_sign_a_word_and_a_tone() -> None:
    found = [
        resource("DeadLetters", QUEUE),
        resource("TicketQueue", QUEUE, "CREATE_IN_PROGRESS"),
        resource("TicketRole", "AWS::IAM::Role", "CREATE_FAILED", "No such principal"),
        resource("Old", BUCKET, "DELETE_COMPLETE"),
    ]
    shape = shape_of_stack(parse(TEMPLATE), found, moving=True)
    nodes = {node.name: node for node in shape.nodes}
    signs = {name: (node.sign, node.tone) for name, node in nodes.items()}
    assert signs["DeadLetters"] == ("✓", "good")
    assert signs["TicketQueue"] == ("…", "calm")
    assert signs["TicketRole"] == ("✗", "bad")
    assert signs["Old"] == ("○", "plain")
    assert nodes["Seller"].reason == "not begun"
    card, picture = views(shape, "CREATE_IN_PROGRESS")
    for text in ("create complete", "create in progress", "create failed", "No such principal"):
        assert text in card.text
        assert text in picture.source
        assert text in card.html
    assert "1 in progress, 1 failed" in card.text


def test_what_is_not_in_a_stack_at_rest_says_why() -> None:
    shape = shape_of_stack(parse(TEMPLATE), [resource("DeadLetters", QUEUE)], moving=False)
    reasons = {node.name: node.reason for node in shape.nodes}
    assert reasons["Manifests"] == "left out, or not made: its condition is IsProd"
    assert reasons["Seller"] == "not in the stack"


def test_a_stack_without_a_template_yet() -> None:
    card, picture = views(shape_of_stack(None, [], moving=False), "REVIEW_IN_PROGRESS")
    assert "no resources to draw" in card.text
    assert picture is None


def large(failed: int) -> Shape:
    nodes = [Node(f"Q{n}", QUEUE, "CREATE_COMPLETE") for n in range(300)]
    nodes += [Node(f"F{n}", FUNCTION, "CREATE_COMPLETE") for n in range(200 - failed)]
    nodes += [Node(f"X{n}", FUNCTION, "CREATE_FAILED", "quota") for n in range(failed)]
    needs = [Edge(f"F{n}", f"Q{n}", "Ref", bare=False) for n in range(200 - failed)]
    needs += [Edge(f"X{n}", f"Q{n}", "Ref", bare=False) for n in range(failed)]
    return Shape(tuple(nodes), tuple(needs))


def test_a_large_stack_is_grouped_and_says_so() -> None:
    card, picture = views(large(2), "CREATE_FAILED")
    assert picture.source.count(":::") == 4
    assert "300 resources" in picture.source
    assert picture.source.count("create failed") == 2
    assert picture.source.count("-->") == 3
    said = " ".join(card.text.split())
    assert "There are 500 resources, too many for one picture" in said
    assert 'lab.graph("x", around="Q0")' in said
    assert len(card.facts["rows"]) == 500


def test_hundreds_in_progress_are_grouped_too() -> None:
    _, picture = views(large(200), "CREATE_FAILED")
    assert picture.source.count(":::") <= MOST_NODES
    assert len(picture.source) < 100_000


def test_around_one_resource() -> None:
    shape = shape_of_template(parse(TEMPLATE))
    card, _ = views(shape, around="TicketRole")
    assert [row["name"] for row in card.facts["rows"]] == ["TicketQueue", "TicketRole", "Seller"]
    with pytest.raises(LabError, match='no resource "Nope" to draw around; there are: DeadLetters'):
        views(shape, around="Nope")


def test_wide_graphs_lie_down() -> None:
    wide = {"Q": {"Type": QUEUE}} | {
        f"P{n}": {"Type": "AWS::SQS::QueuePolicy", "DependsOn": "Q"} for n in range(9)
    }
    assert "flowchart RL" in views(shape_of_template(parse({"Resources": wide})))[1].source
    assert "flowchart BT" in views(shape_of_template(parse(TEMPLATE)))[1].source


@pytest.mark.parametrize(
    "hostile",
    ['"]; click n0 "javascript:alert(1)"', "<script>alert(1)</script>", "`a` %%{init}%% #35;",
     "a\nb-->c", "end", "🚢 é"],
)  # fmt: skip
def test_nothing_breaks_out_of_a_label(hostile: str) -> None:
    node = Node(hostile, hostile, "CREATE_FAILED", hostile, hostile)
    shape = Shape((node, Node("B", QUEUE)), (Edge(hostile, "B", hostile, bare=False),))
    card, picture = views(shape, "CREATE_FAILED")
    quoted = re.findall(r'"([^"]*)"', picture.source.split("\n", 1)[1])
    assert len(quoted) == 3, "two nodes and one edge, each with one label"
    assert "<script" not in picture.source + card.html
    decoded = re.sub(r"#(\d+);", lambda m: chr(int(m[1])), quoted[0])
    assert hostile in decoded
    assert mermaid("A b9") == "A b9"


def test_the_picture_has_both_forms() -> None:
    _, picture = views(shape_of_template(parse(TEMPLATE)))
    bundle = picture._repr_mimebundle_()
    assert set(bundle) == {MERMAID, "text/plain"}
    assert bundle["text/plain"] == "(The picture of: Stack x. The list above says the same.)"
    assert "accTitle: Stack x" in picture.source


class TestWhatIsMeant:
    """A name, a path, or a template."""

    def text(self, what: str, *folders: Path, must_be: bool = False) -> str | None:
        return template_text(what, folders, must_be=must_be)

    def test_names_and_ids_are_stacks(self, tmp_path: Path) -> None:
        assert self.text("ferry-tickets", tmp_path) is None
        assert self.text("arn:aws:cloudformation:us-east-1:1:stack/a/b", tmp_path) is None

    def test_text_is_a_template(self) -> None:
        assert self.text("Resources:\n  A: 1") == "Resources:\n  A: 1"
        assert self.text(' {"Resources": {}}') == ' {"Resources": {}}'

    def test_paths_are_looked_for_in_every_folder(self, tmp_path: Path) -> None:
        (tmp_path / "templates").mkdir()
        (tmp_path / "templates" / "a.yaml").write_text("\ufeffResources: {}", encoding="utf-8")
        assert self.text("templates/a.yaml", tmp_path / "labs", tmp_path) == "Resources: {}"
        with pytest.raises(LabError, match=r"There is no file templates/b\.yaml"):
            self.text("templates/b.yaml", tmp_path)
        with pytest.raises(LabError, match="There is no file plain"):
            self.text("plain", tmp_path, must_be=True)

    def test_files_that_are_no_text(self, tmp_path: Path) -> None:
        (tmp_path / "a.yaml").write_bytes(b"\xff\xfe\x00")
        with pytest.raises(LabError, match="it is no UTF-8 text"):
            self.text("a.yaml", tmp_path)
        (tmp_path / "b.yaml").mkdir()
        with pytest.raises(LabError, match="cannot be read: Is a directory"):
            self.text("b.yaml", tmp_path)
