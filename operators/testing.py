"""The tests that every kind of output passes: derive, say where outputs are, and let pytest collect
them.

    class TestMyOutputs(OutputContract):
        def make(self, **options):             # each test asks once
            return Output(a_fresh_path, **options)
        def read(self, output): ...            # the text that `write` put there
        def residue(self, output): ...         # names beside the output

Asserts are plain; pytest itself is not imported.
"""

from __future__ import annotations

import os
import threading
from abc import ABC, abstractmethod
from typing import Any

from .errors import InvalidOutputError
from .output import Output, produce

__all__ = ["OutputContract"]


class Interrupted(BaseException):
    """Stands for a KeyboardInterrupt or a SystemExit, which no `except Exception` sees."""


class OutputContract(ABC):
    """The promises about ``exists`` and ``produce``."""

    @abstractmethod
    def make(self, **options: Any) -> Output:
        """An output that does not exist yet; the same place for every call within one test."""

    @abstractmethod
    def read(self, output: Output) -> str:
        """The text that `write` put there."""

    @abstractmethod
    def residue(self, output: Output) -> list[str]:
        """What else is left near the output: temporaries, parts that no manifest names."""

    def write(self, output_path: str, text: str = "first") -> str:
        """A callable: writes a file, or into a folder two."""
        if output_path.endswith(os.sep):
            os.mkdir(os.path.join(output_path, "inner"))
            with open(
                os.path.join(output_path, "inner", "other.txt"), "w", encoding="utf-8"
            ) as file:
                file.write("other")
            output_path = os.path.join(output_path, "a.txt")
        with open(output_path, "w", encoding="utf-8") as file:
            file.write(text)
        return f"wrote {text}"

    def is_valid(self, path: str) -> bool:
        """A completeness check for ``valid=``: the text does not start with ``bad``."""
        if "://" in path:
            return not self.read(Output(path)).startswith("bad")
        with open(
            os.path.join(path, "a.txt") if os.path.isdir(path) else path, encoding="utf-8"
        ) as file:
            return not file.read().startswith("bad")

    # --- existence

    def test_is_absent_before_it_is_produced(self) -> None:
        assert not self.make().exists()

    def test_exists_afterwards(self) -> None:
        produce(self.make(), self.write)
        assert self.make().exists()

    def test_what_was_written_is_read_back(self) -> None:
        output = self.make()
        produce(output, self.write, text="Zoë\r\nça й")
        assert self.read(output).encode().replace(b"\r", b"") == "Zoë\nça й".encode()

    def test_does_not_exist_while_it_is_being_written(self) -> None:
        output, seen = self.make(), []

        def call(output_path: str) -> None:
            self.write(output_path)
            seen.append(output.exists())

        produce(output, call)
        assert seen == [False]

    def test_lists_its_files(self) -> None:
        output = self.make()
        assert output.files() == {}
        produce(output, self.write)
        name = os.path.basename(output.path.rstrip("/"))
        assert sorted(output.files()) == (["a.txt", "inner"] if output.is_folder else [name])

    def test_its_fingerprint_follows_its_content(self) -> None:
        output = self.make()
        produce(output, self.write, text="one")
        one = output.fingerprint()
        produce(output, self.write, text="two", replace=True)
        assert one[0] == (2 if output.is_folder else 1)
        assert output.fingerprint()[0] == one[0]
        assert output.fingerprint()[1] != one[1]

    # --- what the callable sees and gives

    def test_the_temporary_has_the_name_and_suffix_of_the_target(self) -> None:
        output, seen = self.make(), []
        produce(output, lambda output_path: seen.append(output_path))
        assert os.path.basename(seen[0].rstrip(os.sep)) == os.path.basename(output.path.rstrip("/"))
        assert seen[0].endswith(os.sep) == output.is_folder
        assert seen[0] != output.path

    def test_the_path_is_given_back_as_it_was_given(self) -> None:
        output = self.make()
        assert produce(output, self.write).path == output.path
        assert produce(output, self.write).path == output.path

    def test_the_value_of_the_callable_is_given_back(self) -> None:
        outcome = produce(self.make(), self.write, text="x")
        assert outcome.value == "wrote x"
        assert outcome.previously_completed is False

    def test_output_path_cannot_be_given_by_the_caller(self) -> None:
        _raises(TypeError, lambda: produce(self.make(), self.write, output_path="elsewhere"))

    def test_an_untouched_path_becomes_an_empty_output(self) -> None:
        output = self.make()
        produce(output, lambda output_path: None)
        assert output.exists()
        assert output.fingerprint()[0] == (0 if output.is_folder else 1)

    # --- once

    def test_the_callable_is_not_run_again(self) -> None:
        output, calls = self.make(), []

        def call(output_path: str) -> None:
            calls.append(output_path)
            self.write(output_path)

        outcomes = [produce(output, call).previously_completed for _ in range(3)]
        assert outcomes == [False, True, True]
        assert len(calls) == 1

    def test_nothing_is_left_beside_it(self) -> None:
        output = self.make()
        produce(output, self.write)
        assert self.residue(output) == []

    # --- failure

    def test_an_exception_passes_through_and_leaves_nothing(self) -> None:
        self._fails_with(ValueError("while writing"))

    def test_an_interrupt_passes_through_and_leaves_nothing(self) -> None:
        self._fails_with(Interrupted())

    def _fails_with(self, error: BaseException) -> None:
        output = self.make()

        def call(output_path: str) -> None:
            self.write(output_path)
            raise error

        assert _raises(type(error), lambda: produce(output, call)) is error
        assert not output.exists()
        assert self.residue(output) == []

    def test_a_failure_can_be_tried_again(self) -> None:
        output = self.make()
        _raises(ZeroDivisionError, lambda: produce(output, lambda output_path: 1 // 0))
        assert produce(output, self.write).previously_completed is False
        assert self.read(output) == "first"

    def test_a_failed_replacement_keeps_what_stood(self) -> None:
        output = self.make()
        produce(output, self.write, text="old")

        def call(output_path: str) -> None:
            self.write(output_path, "new")
            raise ValueError

        _raises(ValueError, lambda: produce(output, call, replace=True))
        assert self.read(output) == "old"

    # --- who wins

    def test_the_first_writer_wins_and_the_second_succeeds(self) -> None:
        output = self.make()

        def slow(output_path: str) -> str:
            produce(output, self.write, text="quick")
            return self.write(output_path, "slow")

        outcome = produce(output, slow)
        assert outcome.previously_completed is True
        assert outcome.value is None
        assert self.read(output) == "quick"
        assert self.residue(output) == []

    def test_of_eight_threads_one_wins(self) -> None:
        output = self.make()
        start, outcomes = threading.Barrier(8), []

        def call(output_path: str, number: int) -> None:
            self.write(output_path, f"by {number}")
            start.wait(timeout=60)

        def run(number: int) -> None:
            outcomes.append((number, produce(output, call, number=number).previously_completed))

        threads = [threading.Thread(target=run, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        winners = [number for number, previously in outcomes if not previously]
        assert len(outcomes) == 8
        assert [f"by {number}" for number in winners] == [self.read(output)]
        assert self.residue(output) == []

    def test_a_replacement_takes_the_place(self) -> None:
        output = self.make()
        produce(output, self.write, text="old")
        outcome = produce(output, self.write, text="new", replace=True)
        assert outcome.previously_completed is False
        assert self.read(output) == "new"

    def test_a_replacement_needs_nothing_to_replace(self) -> None:
        output = self.make()
        produce(output, self.write, text="new", replace=True)
        assert self.read(output) == "new"

    def test_a_replacement_wins_over_what_came_meanwhile(self) -> None:
        output = self.make()

        def slow(output_path: str) -> str:
            produce(output, self.write, text="quick")
            return self.write(output_path, "slow")

        produce(output, slow, replace=True)
        assert self.read(output) == "slow"

    # --- validity

    def test_what_is_not_valid_does_not_exist(self) -> None:
        produce(self.make(), self.write, text="bad")
        assert self.make().exists()
        assert not self.make(valid=self.is_valid).exists()

    def test_what_is_not_valid_is_produced_again(self) -> None:
        produce(self.make(), self.write, text="bad")
        output = self.make(valid=self.is_valid)
        assert produce(output, self.write, text="good").previously_completed is False
        assert self.read(output) == "good"
        assert produce(output, self.write, text="better").previously_completed is True

    def test_what_is_not_valid_is_not_committed(self) -> None:
        output = self.make(valid=self.is_valid)
        _raises(InvalidOutputError, lambda: produce(output, self.write, text="bad"))
        assert not self.make().exists()
        assert self.residue(output) == []

    def test_a_valid_output_that_came_meanwhile_stays(self) -> None:
        produce(self.make(), self.write, text="bad")
        output = self.make(valid=self.is_valid)

        def slow(output_path: str) -> str:
            produce(output, self.write, text="quick")
            return self.write(output_path, "slow")

        assert produce(output, slow).previously_completed is True
        assert self.read(output) == "quick"

    def test_an_invalid_output_stays_as_long_as_there_is_no_better(self) -> None:
        produce(self.make(), self.write, text="bad")
        output = self.make(valid=self.is_valid)
        _raises(ZeroDivisionError, lambda: produce(output, lambda output_path: 1 // 0))
        assert self.read(output) == "bad"


def _raises(kind: type[BaseException], call: Any) -> BaseException:
    try:
        call()
    except kind as error:
        return error
    raise AssertionError(f"{kind.__name__} was not raised")
