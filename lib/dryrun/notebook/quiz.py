"""Questions: a widget where there is one, letters everywhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dryrun.checks.model import Question
from dryrun.exceptions import LabError
from dryrun.notebook import messages
from dryrun.notebook.display import Card
from dryrun.notebook.views import letter, message_card

_WIDGET = "application/vnd.jupyter.widget-view+json"


def choice_index(question: Question, choice: str | int) -> int:
    """Return the index of "b", "B", or 1-based 2; raises LabError for anything else."""
    text = str(choice).strip().lower().rstrip(".)")
    if text.isdigit() and 1 <= int(text) <= len(question.choices):
        return int(text) - 1
    letters = [letter(index) for index in range(len(question.choices))]
    if text in letters:
        return letters.index(text)
    raise LabError(
        messages.NO_CHOICE.format(
            question=question.id, choice=choice, first=letters[0], last=letters[-1]
        )
    )


class QuestionView(Card):
    """Show a question as a widget where possible; its HTML and text ask for a letter."""

    def __init__(self, card: Card, question: Question, judge: Callable[[int], Card]) -> None:
        super().__init__(card.kind, card.facts)
        self._question = question
        self._judge = judge

    def _repr_mimebundle_(self, **options: object) -> dict[str, Any]:
        bundle = super()._repr_mimebundle_(**options)
        widget = self.widget()
        if widget is not None:
            bundle[_WIDGET] = widget._repr_mimebundle_()[_WIDGET]
        return bundle

    def widget(self) -> Any:
        """Return radio buttons and a button, or None without ipywidgets."""
        try:
            import ipywidgets  # noqa: PLC0415 - optional, and slow to import
        except ImportError:
            return None
        options = [
            (f"{letter(index)}. {text.replace('`', '')}", index)
            for index, text in enumerate(self._question.choices)
        ]
        wide = ipywidgets.Layout(width="auto", max_width="100%")
        radio = ipywidgets.RadioButtons(options=options, value=None, layout=wide)
        button = ipywidgets.Button(description="Check", tooltip="Space")
        feedback = ipywidgets.HTML(layout=wide)

        def check(_button: object) -> None:
            chosen = radio.value
            card = message_card(messages.CHOOSE) if chosen is None else self._judge(chosen)
            feedback.value = card.html

        button.on_click(check)
        asked = ipywidgets.HTML(Card("quiz", self.facts).html, layout=wide)
        box = ipywidgets.VBox([asked, radio, button, feedback], layout=wide)
        box.add_class("dr-quiz")
        return box
