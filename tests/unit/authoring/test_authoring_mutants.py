"""Mutants: which ones are made of which code, and that each is one change."""

import ast

import pytest

from dryrun.authoring.gate import mutants
from dryrun.authoring.gate.mutants import chosen, generate


def ids(code):
    return [mutant.id for mutant in generate(code)]


def test_shell_options_values_regions_numbers():
    code = (
        "!aws iam create-user --user-name purser --region us-east-1 --max-items 100 --output json"
    )
    assert ids(code) == [
        "drop --user-name",
        "value --user-name purser→purser-x",
        "drop --region",
        "region --region us-east-1→eu-west-1",
        "drop --max-items",
        "number --max-items 100→1000",
    ]
    assert generate(code)[1].code == code.replace("purser", "purser-x")
    assert generate(code)[0].code == code.replace(" --user-name purser", "")


def test_shell_words_behind_the_operation():
    assert ids("!aws configure set region eu-west-1 --profile purser")[:2] == [
        "value argument region→region-x",
        "region argument eu-west-1→us-east-1",
    ]


def test_shell_commands_go_on_over_lines_pipes_and_redirections():
    code = (
        "x = !aws s3api list-objects-v2 --bucket b \\\n  --page-size 5 | tee keys.txt > out.txt\n"
    )
    assert ids(code) == [
        "drop --bucket",
        "value --bucket b→b-x",
        "drop --page-size",
        "number --page-size 5→6",
    ]


def test_shell_cells_and_assignments():
    assert ids(
        "%%bash\n# a comment --with option\nAWS_PROFILE=purser aws sts get-caller-identity\n"
    ) == [
        "drop AWS_PROFILE=",
        "value AWS_PROFILE purser→purser-x",
    ]
    assert ids("%env AWS_PROFILE=purser") == ["value AWS_PROFILE purser→purser-x"]


def test_shell_documents_change_inside():
    code = """!aws iam put-user-policy --policy-document '{"Effect": "Allow", "Resource": "*"}'"""
    assert generate(code)[1].code == code.replace('"*"', '"*-x"')


def test_variables_stay():
    assert ids("!aws iam get-user --user-name {name} --path $P") == [
        "drop --user-name",
        "drop --path",
    ]


def test_python_keywords_texts_numbers_regions():
    code = 'boto3.client("iam", region_name="us-east-1").create_user(UserName="purser", Max=5)'
    assert ids(code) == [
        "drop region_name=",
        "region region_name us-east-1→eu-west-1",
        "drop UserName=",
        "value UserName purser→purser-x",
        "drop Max=",
        "number Max 5→6",
    ]


def test_python_mutants_can_all_be_parsed():
    code = (
        'f(\n    A="é",  # why\n    B={"Key": "team", "n": [1, 2.5, True]},\n)\n'
        'os.environ["AWS_PROFILE"] = "purser"\nprint("said", x["Key"])\n"""a note"""\n'
    )
    made = generate(code)
    assert "drop A=" in [mutant.id for mutant in made]
    assert "value AWS_PROFILE purser→purser-x" in [mutant.id for mutant in made]
    assert not any("said" in mutant.id or "note" in mutant.id for mutant in made)
    for mutant in made:
        ast.parse(mutant.code)
        assert mutant.code != code


def test_python_and_shell_in_one_cell():
    code = 'name = "purser"\n!aws iam create-user --user-name {name}\nif name:\n    !aws s3 ls\n'
    assert ids(code) == ["value name purser→purser-x", "drop --user-name"]


def test_files_written():
    code = "%%writefile config\n[profile purser]\nregion = eu-west-1\n"
    assert sorted(ids(code)) == [
        "drop region",
        "region region eu-west-1→us-east-1",
        "value [] profile purser→profile purser-x",
    ]
    assert generate(code)[0].code.startswith("%%writefile config\n")


def test_ids_are_never_the_same_twice():
    code = 'f(A="x")\nf(A="x")\n'
    assert ids(code) == ["drop A=", "value A x→x-x", "drop A= #2", "value A x→x-x #2"]


def test_at_most_a_few_are_chosen_and_every_listed_one():
    made = generate("f(" + ", ".join(f'A{n}="x"' for n in range(20)) + ")")
    listed = made[-1].id
    picked = chosen(made, [listed])
    assert len(picked) == mutants.AT_MOST + 1
    assert picked[-1].id == listed
    assert picked == chosen(made, [listed])


@pytest.mark.parametrize("code", ["", "# only words", "not python (", "%%html\n<b>", "!", "x = 'a"])
def test_odd_cells_do_no_harm(code):
    assert generate(code) == []
