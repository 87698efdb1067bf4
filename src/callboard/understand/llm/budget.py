"""How much may be asked: tokens and money, reserved before each call so that no call passes the limit."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of questions and of answers, which cost differently."""

    question: int = 0
    answer: int = 0

    def __add__(self, other: Tokens) -> Tokens:
        return Tokens(self.question + other.question, self.answer + other.answer)

    def __sub__(self, other: Tokens) -> Tokens:
        return Tokens(self.question - other.question, self.answer - other.answer)

    @property
    def total(self) -> int:
        return self.question + self.answer


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run may use; 0 stands for no limit."""

    tokens: int = 0
    spending: float = 0.0  # in the currency of the prices
    question_price: float = 0.0  # for a million tokens
    answer_price: float = 0.0

    def cost(self, used: Tokens) -> float:
        """What tokens cost, in the currency of the prices."""
        return (used.question * self.question_price + used.answer * self.answer_price) / 1e6

    def allow(self, used: Tokens) -> bool:
        """Whether so many tokens are within the limits."""
        return (not self.tokens or used.total <= self.tokens) and (
            not self.spending or self.cost(used) <= self.spending + 1e-12
        )


@dataclass
class Budget:
    """What was used and what is held for calls on their way; threads share it."""

    limits: Limits
    spent: Tokens = Tokens()
    _held: Tokens = Tokens()
    _changed: threading.Condition = field(default_factory=threading.Condition, repr=False)

    def reserve(self, most: Tokens) -> bool:
        """
        Whether a call may be made that uses at most so many tokens; they are held until `settle`.

        Where only calls on their way stand against it, it waits for them: they mostly use less than is held for them.
        """
        with self._changed:
            while not self.limits.allow(self.spent + self._held + most):
                if self._held.total == 0:
                    return False
                self._changed.wait()
            self._held += most
            return True

    def settle(self, most: Tokens, used: Tokens) -> None:
        """Frees what was held for a call and counts what it used."""
        with self._changed:
            self._held -= most
            self.spent += used
            self._changed.notify_all()

    def __str__(self) -> str:
        """As the last line of a run tells it."""
        cost = self.limits.cost(self.spent)
        money = f", costing {cost:.4f}" if cost else ""
        return f"{self.spent.question} tokens asked and {self.spent.answer} answered{money}"
