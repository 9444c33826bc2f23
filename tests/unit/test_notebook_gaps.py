from IPython.core.interactiveshell import InteractiveShell

from dryrun.notebook.gaps import allow_comments_above_magics


def test_a_cell_magic_works_below_the_comment_of_a_gap():
    shell = InteractiveShell()
    cell = "# Exercise 1: your turn.\n\n%%bash\necho boarding\n"
    assert "run_cell_magic" not in shell.transform_cell(cell)
    allow_comments_above_magics(shell)
    allow_comments_above_magics(shell)
    assert shell.transform_cell(cell).startswith("get_ipython().run_cell_magic('bash'")


def test_other_cells_stay_as_they_are():
    shell = InteractiveShell()
    allow_comments_above_magics(shell)
    cell = "# a comment\nx = 1\n"
    assert shell.transform_cell(cell) == cell
