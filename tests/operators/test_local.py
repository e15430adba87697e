"""What files and folders promise beyond the contract; the behaviour lists of python-atomicwrites
and luigi's local target."""

from __future__ import annotations

import asyncio
import bz2
import errno
import functools
import gzip
import os
import stat
import subprocess
import sys

import pytest

from operators import disk, local, temporary
from operators.errors import NeverRanError, NotAnOutputError
from operators.output import Output, produce, produce_json, produce_text, sweep


def write(output_path, text="text"):
    with open(output_path, "w", encoding="utf-8") as file:
        file.write(text)


def write_two(output_path, text="text"):
    write(output_path + "a.csv", text)
    write(output_path + "b.csv", text)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


# --- whatever writes it


def test_a_subprocess_may_write_it(tmp_path):
    produce(
        Output(f"{tmp_path}/x.txt"),
        lambda output_path: subprocess.run(
            [sys.executable, "-c", "import sys; open(sys.argv[1], 'w').write('sub')", output_path],
            check=True,
        ),
    )
    assert read(tmp_path / "x.txt") == "sub"


def test_a_failed_subprocess_leaves_nothing(tmp_path):
    program = "import sys; open(sys.argv[1], 'w').write('half'); sys.exit(3)"
    with pytest.raises(subprocess.CalledProcessError):
        produce(
            Output(f"{tmp_path}/x.txt"),
            lambda output_path: subprocess.run(
                [sys.executable, "-c", program, output_path], check=True
            ),
        )
    assert os.listdir(tmp_path) == []


def test_pandas_picks_the_format_by_the_suffix_of_the_temporary(tmp_path):
    import pandas

    frame = pandas.DataFrame({"key": ["a", "b"], "count": [1, 2]})
    produce(
        Output(f"{tmp_path}/x.csv.gz"), lambda output_path: frame.to_csv(output_path, index=False)
    )
    with gzip.open(tmp_path / "x.csv.gz", "rt") as file:
        assert file.read().split() == ["key,count", "a,1", "b,2"]


@pytest.mark.parametrize(("suffix", "opener"), [("gz", gzip.open), ("bz2", bz2.open)])
def test_compressed_files_are_whole(tmp_path, suffix, opener):
    def call(output_path):
        with opener(output_path, "wb") as file:
            file.write(b"a\xf2\xf3\r\nfd")

    produce(Output(f"{tmp_path}/x.{suffix}"), call)
    with opener(tmp_path / f"x.{suffix}", "rb") as file:
        assert file.read() == b"a\xf2\xf3\r\nfd"


def test_a_file_object_that_was_never_closed_is_no_output_when_the_callable_fails(tmp_path):
    kept = []

    def call(output_path):
        kept.append(open(output_path, "w", encoding="utf-8"))  # noqa: SIM115
        kept[0].write("half")
        raise OSError(errno.EIO, "the disk")

    with pytest.raises(OSError, match="the disk"):
        produce(Output(f"{tmp_path}/x"), call)
    kept[0].close()
    assert os.listdir(tmp_path) == []


def test_the_callable_may_rename_into_place(tmp_path):
    def call(output_path):
        write(str(tmp_path / "elsewhere"))
        os.replace(tmp_path / "elsewhere", output_path)

    produce(Output(f"{tmp_path}/x.txt"), call)
    assert os.listdir(tmp_path) == ["x.txt"]


def test_the_callable_may_put_a_whole_new_folder_there(tmp_path):
    def call(output_path):
        os.rmdir(output_path)
        os.mkdir(output_path)
        write_two(output_path)

    produce(Output(f"{tmp_path}/x/"), call)
    assert sorted(os.listdir(tmp_path / "x")) == ["a.csv", "b.csv"]


def test_what_is_written_beside_the_path_is_dropped_and_said(tmp_path, caplog):
    def call(output_path):
        write(output_path)
        write(output_path + ".index")

    produce(Output(f"{tmp_path}/x"), call)
    assert os.listdir(tmp_path) == ["x"]
    assert "x.index" in caplog.text


# --- paths


def test_missing_parents_are_made(tmp_path):
    produce(Output(f"{tmp_path}/a/b/c/x.txt"), write)
    assert read(tmp_path / "a/b/c/x.txt") == "text"


def test_a_relative_path_is_in_the_working_folder_even_if_the_callable_leaves_it(
    tmp_path, monkeypatch
):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)

    def call(output_path):
        write(output_path)
        os.chdir("elsewhere")

    assert produce(Output("x.txt"), call).path == "x.txt"
    assert read(tmp_path / "x.txt") == "text"


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        ".",
        "..",
        "a/..",
        "a/.writing-1/",
        "a/.lock",
        "s3://bucket",
        "s3://bucket/",
        "file:///a",
    ],
)
def test_a_path_that_names_no_output_is_refused(path):
    with pytest.raises(ValueError, match=r"output|scheme|bucket"):
        Output(path)


def test_a_path_object_is_refused_since_it_loses_the_slash(tmp_path):
    with pytest.raises(TypeError, match="slash"):
        Output(tmp_path)


def test_names_of_any_script_and_of_full_length_work(tmp_path):
    for name in ("Zoë я.json", "x" * 251 + ".txt", "lock", "output", " "):
        produce(Output(f"{tmp_path}/{name}"), write)
        assert read(tmp_path / name) == "text"
        produce(Output(f"{tmp_path}/{name}"), write, replace=True, text="new")
        assert read(tmp_path / name) == "new"
    assert len(os.listdir(tmp_path)) == 5


# --- kinds


def test_a_folder_where_the_file_belongs_is_refused_before_the_call(tmp_path):
    (tmp_path / "x").mkdir()
    called = []
    with pytest.raises(NotAnOutputError, match="should be a file"):
        produce(Output(f"{tmp_path}/x"), lambda output_path: called.append(1))
    assert not called


def test_a_file_where_the_folder_belongs_is_refused_before_the_call(tmp_path):
    (tmp_path / "x").touch()
    with pytest.raises(NotAnOutputError, match="should be a folder"):
        produce(Output(f"{tmp_path}/x/"), write_two, replace=True)


def test_a_folder_that_comes_meanwhile_where_the_file_belongs_is_refused(tmp_path):
    with pytest.raises(NotAnOutputError):
        produce(Output(f"{tmp_path}/x"), lambda output_path: os.mkdir(tmp_path / "x"))


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (os.mkdir, "a folder"),
        (lambda path: os.symlink("/dev/null", path), "a link"),
        (os.mkfifo, "neither file nor folder"),
    ],
)
def test_what_is_no_plain_file_is_not_committed(tmp_path, make, what):
    with pytest.raises(NotAnOutputError, match=what):
        produce(Output(f"{tmp_path}/x"), lambda output_path: make(output_path))
    assert os.listdir(tmp_path) == []


def test_an_existing_empty_file_is_an_output(tmp_path):
    (tmp_path / "x").touch()
    assert produce(Output(f"{tmp_path}/x"), write).previously_completed
    assert read(tmp_path / "x") == ""


def test_an_existing_empty_folder_is_an_output(tmp_path):
    (tmp_path / "x").mkdir()
    assert produce(Output(f"{tmp_path}/x/"), write_two).previously_completed
    assert os.listdir(tmp_path / "x") == []


# --- links


def test_a_link_to_an_output_is_that_output(tmp_path):
    write(tmp_path / "real", "real")
    os.symlink("real", tmp_path / "link")
    assert produce(Output(f"{tmp_path}/link"), write).previously_completed


def test_a_link_is_written_through_and_stays(tmp_path):
    (tmp_path / "far").mkdir()
    os.symlink("far/real", tmp_path / "link")
    assert produce(Output(f"{tmp_path}/link"), write, text="one").path == f"{tmp_path}/link"
    produce(Output(f"{tmp_path}/link"), write, text="two", replace=True)
    assert os.readlink(tmp_path / "link") == "far/real"
    assert read(tmp_path / "far/real") == "two"
    assert sorted(os.listdir(tmp_path / "far")) == ["real"]


def test_a_linked_folder_is_written_through(tmp_path):
    (tmp_path / "far").mkdir()
    os.symlink("far/real", tmp_path / "link")
    produce(Output(f"{tmp_path}/link/"), write_two)
    assert sorted(os.listdir(tmp_path / "far/real")) == ["a.csv", "b.csv"]


def test_a_circle_of_links_is_an_error(tmp_path):
    os.symlink("b", tmp_path / "a")
    os.symlink("a", tmp_path / "b")
    with pytest.raises(OSError):
        produce(Output(f"{tmp_path}/a"), write)


def test_links_inside_a_folder_are_kept_as_links(tmp_path):
    produce(
        Output(f"{tmp_path}/x/"), lambda output_path: os.symlink("/nowhere", output_path + "link")
    )
    assert os.readlink(tmp_path / "x/link") == "/nowhere"


# --- permissions


@pytest.fixture(params=[0o000, 0o077])
def umask(request):
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def test_a_private_file_is_private_under_any_umask(tmp_path, umask):
    produce(Output(f"{tmp_path}/new/x", mode=0o600), write)
    assert stat.S_IMODE(os.stat(tmp_path / "new/x").st_mode) == 0o600
    assert stat.S_IMODE(os.stat(tmp_path / "new").st_mode) == 0o700


def test_a_folder_for_a_group_is_for_the_group_under_any_umask(tmp_path, umask):
    def call(output_path):
        os.mkdir(output_path + "inner")
        write(output_path + "inner/a")

    produce(Output(f"{tmp_path}/x/", mode=0o640), call)
    modes = [
        stat.S_IMODE(os.stat(tmp_path / name).st_mode) for name in ("x", "x/inner", "x/inner/a")
    ]
    assert modes == [0o750, 0o750, 0o640]


def test_without_a_mode_the_umask_decides(tmp_path, umask):
    produce(Output(f"{tmp_path}/x"), write)
    produce(Output(f"{tmp_path}/empty"), lambda output_path: None)
    produce(Output(f"{tmp_path}/f/"), lambda output_path: None)
    assert stat.S_IMODE(os.stat(tmp_path / "x").st_mode) == 0o666 & ~umask
    assert stat.S_IMODE(os.stat(tmp_path / "empty").st_mode) == 0o666 & ~umask
    assert stat.S_IMODE(os.stat(tmp_path / "f").st_mode) == 0o777 & ~umask


def test_the_temporary_is_private_while_it_is_written(tmp_path, umask):
    seen = []

    def call(output_path):
        seen.append(stat.S_IMODE(os.stat(os.path.dirname(output_path)).st_mode))

    produce(Output(f"{tmp_path}/x"), call)
    assert seen == [0o700]


def test_leftovers_without_write_permission_are_removed(tmp_path):
    def call(output_path):
        os.mkdir(output_path + "inner")
        write(output_path + "inner/a")
        os.chmod(output_path + "inner", 0o500)
        raise ValueError

    with pytest.raises(ValueError):
        produce(Output(f"{tmp_path}/x/"), call)
    assert os.listdir(tmp_path) == []


# --- the first error is the one seen


def test_a_failing_clean_up_does_not_hide_the_first_error(tmp_path, monkeypatch, caplog):
    def refuse(_path):
        raise OSError(errno.EIO, "clean-up failed")

    def call(output_path):
        write(output_path)
        raise ValueError("first")

    monkeypatch.setattr(disk, "remove_tree", refuse)
    with pytest.raises(ValueError, match="first"):
        produce(Output(f"{tmp_path}/x"), call)
    assert "clean-up failed" in caplog.text
    monkeypatch.undo()
    assert len(sweep(str(tmp_path))) == 1
    assert os.listdir(tmp_path) == []


# --- full, read-only, other devices


@pytest.mark.parametrize("name", ["x", "x/"])
def test_a_full_disk_leaves_nothing(small_disk, name):
    def call(output_path):
        with (
            open(output_path + "big", "wb")
            if name.endswith("/")
            else open(output_path, "wb") as file
        ):
            file.write(b"x" * (2 << 20))

    with pytest.raises(OSError) as caught:
        produce(Output(f"{small_disk}/{name}"), call)
    assert caught.value.errno == errno.ENOSPC
    assert os.listdir(small_disk) == []


def test_a_disk_without_room_for_a_temporary_leaves_nothing(small_disk):
    _fill(small_disk)
    before = sorted(os.listdir(small_disk))
    with pytest.raises(OSError) as caught:
        produce(Output(f"{small_disk}/output"), write, text="x" * 8192)
    assert caught.value.errno == errno.ENOSPC
    assert sorted(os.listdir(small_disk)) == before


def _fill(disk_folder):
    for number in range(1000):
        try:
            write(f"{disk_folder}/{number}", "x" * 4096)
        except OSError:
            return
    pytest.fail("the disk is not small")


def test_a_replacement_that_does_not_fit_keeps_what_stood(small_disk):
    produce(Output(f"{small_disk}/x"), write, text="old")
    with pytest.raises(OSError):
        produce(Output(f"{small_disk}/x"), write, text="x" * (2 << 20), replace=True)
    assert read(f"{small_disk}/x") == "old"
    assert os.listdir(small_disk) == ["x"]


def test_a_read_only_folder_is_an_error_before_the_call(read_only_disk):
    called = []
    with pytest.raises(OSError) as caught:
        produce(Output(f"{read_only_disk}/x"), lambda output_path: called.append(1))
    assert caught.value.errno == errno.EROFS
    assert not called


@pytest.mark.parametrize("replace", [False, True])
@pytest.mark.parametrize(("name", "call"), [("x.txt", write), ("x/", write_two)])
def test_a_temporary_on_another_device_is_copied_beside_the_target_first(
    tmp_path, small_disk, name, call, replace
):
    target = tmp_path / "target"
    seen = []

    def note(output_path):
        seen.append(output_path)
        call(output_path)

    assert not produce(
        Output(f"{target}/{name}", scratch=small_disk), note, replace=replace
    ).previously_completed
    assert seen[0].startswith(small_disk)
    assert os.listdir(target) == [name.rstrip("/")]
    assert os.listdir(small_disk) == []


@pytest.mark.parametrize("replace", [False, True])
@pytest.mark.parametrize(("name", "call"), [("x.txt", write), ("x/", write_two)])
def test_two_mounts_under_one_device_number_are_crossed_by_a_copy(
    tmp_path, monkeypatch, name, call, replace
):
    """Bind mounts and subvolumes: the number says one device, and the rename says EXDEV, once."""
    refused = []

    def once(real):
        def step(*args):
            if not refused:
                refused.append(args)
                raise OSError(errno.EXDEV, "another mount")
            return real(*args)

        return step

    monkeypatch.setattr(disk, "move_new", once(disk.move_new))
    monkeypatch.setattr(os, "replace", once(os.replace))
    produce(Output(f"{tmp_path}/{name}"), call, replace=replace)
    assert len(refused) == 1
    assert os.listdir(tmp_path) == [name.rstrip("/")]


# --- setting the invalid aside


def test_an_invalid_file_is_set_aside_not_lost(tmp_path):
    write(tmp_path / "x", "bad")
    produce(Output(f"{tmp_path}/x", valid=lambda path: read(path) != "bad"), write)
    assert read(tmp_path / "x") == "text"
    assert read(tmp_path / ".x.invalid") == "bad"


def test_an_invalid_folder_is_set_aside_over_an_older_one(tmp_path):
    for _ in range(2):
        produce(Output(f"{tmp_path}/x/"), write_two, replace=True, text="bad")
        produce(
            Output(f"{tmp_path}/x/", valid=lambda path: read(path + "a.csv") != "bad"), write_two
        )
    assert read(tmp_path / "x/a.csv") == "text"
    assert read(tmp_path / ".x.invalid/a.csv") == "bad"


def test_validity_is_judged_again_under_the_lock(tmp_path):
    """Invalid when we looked, repaired by another writer before we commit: theirs stays."""
    write(tmp_path / "x", "bad")
    output = Output(f"{tmp_path}/x", valid=lambda path: read(path) != "bad")

    def call(output_path):
        write(output_path, "ours")
        write(tmp_path / "x", "theirs")

    assert produce(output, call).previously_completed
    assert read(tmp_path / "x") == "theirs"


def test_existence_with_a_check_reads_the_file_once(tmp_path):
    write(tmp_path / "x")
    looks = []
    assert Output(f"{tmp_path}/x", valid=lambda path: looks.append(path) or True).exists()
    assert looks == [f"{tmp_path}/x"]


def test_an_output_that_vanishes_under_the_check_does_not_exist(tmp_path):
    write(tmp_path / "x")

    def check(path):
        os.unlink(path)
        return bool(read(path))

    assert not Output(f"{tmp_path}/x", valid=check).exists()


# --- the window of a folder replacement without exchange


def test_a_folder_replacement_that_died_in_its_window_is_put_back_by_the_next_writer(
    tmp_path, monkeypatch
):
    produce(Output(f"{tmp_path}/x/"), write_two, text="old")
    _die_in_the_window(tmp_path, monkeypatch)
    assert not (tmp_path / "x").exists()
    seen = []
    produce(
        Output(f"{tmp_path}/x/"),
        lambda output_path: seen.append(read(tmp_path / "x/a.csv")),
        replace=True,
    )
    assert seen == ["old"]


def test_a_folder_replacement_that_died_in_its_window_is_put_back_by_the_sweeper(
    tmp_path, monkeypatch
):
    produce(Output(f"{tmp_path}/x/"), write_two, text="old")
    _die_in_the_window(tmp_path, monkeypatch)
    sweep(str(tmp_path))
    assert read(tmp_path / "x/a.csv") == "old"
    assert sorted(os.listdir(tmp_path)) == [".writing.lock", "x"]


def test_what_was_replaced_is_removed_when_its_writer_died_just_before(tmp_path):
    produce(Output(f"{tmp_path}/x/"), write_two, text="new")
    os.makedirs(f"{temporary.aside(str(tmp_path), 'x')}/x")
    sweep(str(tmp_path))
    assert sorted(os.listdir(tmp_path)) == [".writing.lock", "x"]


def _die_in_the_window(tmp_path, monkeypatch):
    class Died(BaseException):
        pass

    real = os.rename

    def die(source, target):
        if str(target) == f"{tmp_path}/x":
            raise Died
        real(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(disk, "_call", None)
        patch.setattr(local.os, "rename", die)
        with pytest.raises(Died):
            produce(Output(f"{tmp_path}/x/"), write_two, replace=True, text="new")


# --- texts and JSON


def test_a_text_is_written_exactly_and_once(tmp_path):
    output = Output(f"{tmp_path}/a.txt", mode=0o600)
    assert not produce_text(output, "Zoë\r\nx").previously_completed
    assert (tmp_path / "a.txt").read_bytes() == "Zoë\r\nx".encode()
    assert produce_text(output, "other").previously_completed
    produce_text(output, "other", replace=True)
    assert (tmp_path / "a.txt").read_bytes() == b"other"


def test_json_keeps_letters_and_ends_in_a_line_end(tmp_path):
    produce_json(Output(f"{tmp_path}/a.json"), {"who": "Zoë", "n": [1]}, indent=None)
    assert (tmp_path / "a.json").read_bytes() == '{"who": "Zoë", "n": [1]}\n'.encode()


def test_a_lone_surrogate_is_written_as_its_escape(tmp_path):
    produce_json(Output(f"{tmp_path}/a.json"), "\ud800")
    assert (tmp_path / "a.json").read_bytes() == b'"\\ud800"\n'


def test_what_json_cannot_hold_leaves_nothing(tmp_path):
    with pytest.raises(ValueError, match="JSON"):
        produce_json(Output(f"{tmp_path}/a.json"), float("nan"))
    assert list(tmp_path.iterdir()) == []


# --- a callable that was called and never ran


async def coroutine(output_path):
    await asyncio.sleep(0)
    write(output_path, "ran")
    return "value"


def generator(output_path):
    yield write(output_path, "ran")


async def async_generator(output_path):
    yield write(output_path, "ran")


@pytest.mark.parametrize(
    "call",
    [
        generator,
        async_generator,
        functools.partial(generator),
        lambda output_path: generator(output_path),
        lambda output_path: async_generator(output_path),
        lambda output_path: (write(output_path) for _ in range(1)),
        lambda output_path: map(write, [output_path]),
        lambda output_path: _coroutine_of(generator(output_path)),
    ],
)
def test_a_callable_that_never_ran_makes_no_output(tmp_path, call):
    with pytest.raises(NeverRanError):
        produce(Output(f"{tmp_path}/x"), call)
    assert os.listdir(tmp_path) == []


async def _coroutine_of(value):
    return value


@pytest.mark.parametrize("call", [coroutine, lambda output_path: coroutine(output_path)])
def test_a_coroutine_is_run_to_its_end(tmp_path, call):
    assert produce(Output(f"{tmp_path}/x"), call).value == "value"
    assert read(tmp_path / "x") == "ran"


def test_a_coroutine_is_run_from_inside_of_a_loop_too(tmp_path):
    async def outer():
        return produce(Output(f"{tmp_path}/x"), coroutine).value

    assert asyncio.run(outer()) == "value"


def test_what_a_coroutine_raises_passes_through_and_leaves_nothing(tmp_path):
    async def fail(output_path):
        write(output_path)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        produce(Output(f"{tmp_path}/x"), fail)
    assert os.listdir(tmp_path) == []


# --- names


@pytest.mark.parametrize("length", [246, 247, 248, 255])
def test_the_longest_names_can_be_set_aside(tmp_path, length):
    name = "ä" * ((length - length % 2) // 2) + "a" * (length % 2)
    write(tmp_path / name, "bad")
    output = Output(f"{tmp_path}/{name}", valid=lambda path: read(path) != "bad")
    produce(output, lambda output_path: write(output_path, "good"))
    assert read(tmp_path / name) == "good"
    (aside,) = set(os.listdir(tmp_path)) - {name, ".writing.lock"}
    assert aside.startswith(".ää")
    assert aside.endswith(".invalid")
    assert read(tmp_path / aside) == "bad"


def test_the_longest_folder_names_are_replaced_without_exchange(tmp_path, monkeypatch):
    monkeypatch.setattr(disk, "_call", None)
    output = Output(f"{tmp_path}/{'a' * 255}/")
    produce(output, write_two, text="old")
    produce(output, write_two, text="new", replace=True)
    assert read(tmp_path / ("a" * 255) / "a.csv") == "new"
    assert sorted(os.listdir(tmp_path)) == [".writing.lock", "a" * 255]


@pytest.fixture
def case_blind(monkeypatch):
    """A disk that takes two cases for one name, as those of macOS and Windows do."""
    real = os.stat

    def stat(path, *args, **kwargs):
        try:
            return real(path, *args, **kwargs)
        except FileNotFoundError:
            parent, name = os.path.split(path)
            for standing in os.listdir(parent):
                if standing.lower() == name.lower():
                    return real(os.path.join(parent, standing), *args, **kwargs)
            raise

    monkeypatch.setattr(os, "stat", stat)


def test_two_keys_that_differ_in_case_are_not_taken_for_one(tmp_path, case_blind):
    produce(Output(f"{tmp_path}/so12a.json"), write)
    assert Output(f"{tmp_path}/so12a.json").exists()
    with pytest.raises(NotAnOutputError, match=r"stands as 'so12a\.json'"):
        Output(f"{tmp_path}/SO12A.json").exists()


def test_on_an_ordinary_disk_they_are_two(tmp_path):
    produce(Output(f"{tmp_path}/so12a.json"), write)
    os.link(tmp_path / "so12a.json", tmp_path / "SO12A.JSON")
    assert Output(f"{tmp_path}/SO12A.JSON").exists()
    assert not Output(f"{tmp_path}/SO12a.json").exists()


# --- what is not ours


def test_a_sweep_touches_only_what_writers_of_ours_left(tmp_path):
    for name in (".writing-notes", ".config.replaced", ".replaced-", ".writing-12345678-x"):
        (tmp_path / name).mkdir()
        write(tmp_path / name / "mine")
    assert sweep(str(tmp_path), foreign_after=-60) == []
    assert len(os.listdir(tmp_path)) == 4
    assert not (tmp_path / "config").exists()


def test_a_check_may_itself_produce_in_the_same_folder(tmp_path):
    """It is asked under the folder's lock, which the same thread may take twice."""
    write(tmp_path / "x", "bad")
    write(tmp_path / "y", "bad")

    def check(path):
        inner = Output(f"{tmp_path}/y", valid=lambda path: read(path) != "bad")
        produce(inner, lambda output_path: write(output_path, "good"))
        return read(path) != "bad"

    produce(Output(f"{tmp_path}/x", valid=check), lambda output_path: write(output_path, "good"))
    assert read(tmp_path / "x") == read(tmp_path / "y") == "good"
