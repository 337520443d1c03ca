"""The package from a shell: the main job end to end on small input, and one sentence for bad input."""

import importlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from PIL import Image

import sr_helpers
from sr_helpers import commands, images
from sr_helpers.__main__ import main


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    """A folder of four small pictures with some structure."""
    folder = tmp_path_factory.mktemp("photos")
    rng = np.random.default_rng(0)
    for k in range(4):
        rows, columns = np.mgrid[0:96, 0:100] / 10
        picture = 0.5 + 0.3 * np.sin(rows * (k + 1) + rng.random()) * np.cos(columns)
        images.write(folder / f"photo{k}.png", np.dstack([picture, picture**2, 1 - picture]))
    return folder


@pytest.fixture(scope="module")
def run(photos, tmp_path_factory):
    """A run folder of a training of a few steps."""
    out = tmp_path_factory.mktemp("runs") / "run"
    assert main(f"train --scale 2 --steps 8 --batch-size 2 --out {out} --images {photos}".split()) == 0
    return out


def refused(capsys, *arguments):
    """Run a command that must be refused: exit 2, one sentence on stderr, nothing on stdout. Returns the sentence."""
    assert main([str(argument) for argument in arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("error: ") and captured.err.count("\n") == 1
    return captured.err


def test_evaluate_json_is_one_object_and_nothing_else(photos):
    command = [sys.executable, "-m", "sr_helpers", "evaluate", "--images", str(photos), "--json", "--scale", "3"]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    table = json.loads(result.stdout)
    assert result.stdout.count("\n") == 1 and result.stderr == ""  # nor TensorFlow's start-up notices
    assert list(table) == ["model", "scale", "convention", "sets"]
    assert (table["model"], table["scale"], table["convention"]) == ("pretrained", 3, "classic")
    (one,) = table["sets"]
    assert list(one) == ["name", "n", "psnr", "ssim", "images"] and one["n"] == 4
    assert [row["name"] for row in one["images"]] == ["photo0", "photo1", "photo2", "photo3"]
    assert one["psnr"] == pytest.approx(np.mean([row["psnr"] for row in one["images"]]))


def test_without_keras_a_sentence_says_what_to_install(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "keras", None)
    assert 'keras is not installed: pip install ".[course]"' in refused(capsys, "evaluate")


def test_an_infinite_psnr_is_null_in_json(tmp_path, capsys):
    images.write(tmp_path / "black.png", np.zeros((48, 48)))
    assert main(["evaluate", "--model", "bicubic", "--images", str(tmp_path), "--json"]) == 0
    (one,) = json.loads(capsys.readouterr().out)["sets"]
    assert one["psnr"] is None and one["images"][0]["psnr"] is None


def test_every_photograph_of_a_folder_counts(photos, tmp_path, capsys):
    """a.png and a.jpg are different photographs."""
    images.write(tmp_path / "a.png", images.read(photos / "photo0.png"))
    images.write(tmp_path / "a.jpg", images.read(photos / "photo1.png"))
    images.write(tmp_path / "b.png", images.read(photos / "photo2.png"))
    assert main(["evaluate", "--model", "bicubic", "--images", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "mean of 3" in out and "a.png " in out and "a.jpg " in out and "b " in out


def test_an_icon_is_named_before_anything_is_measured(photos, tmp_path, capsys, monkeypatch):
    images.write(tmp_path / "icon.png", np.zeros((12, 16)))
    monkeypatch.setattr("sr_helpers.metrics.evaluate", lambda *_, **__: pytest.fail("measured"))
    sentence = refused(capsys, "evaluate", "--model", "bicubic", "--images", photos, "--images", tmp_path)
    assert f"{tmp_path}: the picture icon is too small for scale 3: of its 12x16 pixels" in sentence


def test_evaluating_on_jpeg_files_names_their_quality(photos, capsys):
    scores = {}
    for quality in (None, 60, 20):
        given = ["--quality", str(quality)] if quality else []
        assert (
            main(["evaluate", "--model", "bicubic", "--images", str(photos), "--degradation", "jpeg", "--json", *given])
            == 0
        )
        table = json.loads(capsys.readouterr().out)
        assert (table["degradation"], table["quality"]) == ("jpeg", quality or 60)
        scores[quality] = table["sets"][0]["psnr"]
    assert scores[None] == scores[60] > scores[20]


def test_a_quality_without_jpeg_is_refused(photos, capsys):
    assert "goes with the degradation jpeg" in refused(capsys, "evaluate", "--images", photos, "--quality", "60")
    assert "1 to 95" in refused(capsys, "evaluate", "--images", photos, "--degradation", "jpeg", "--quality", "100")


def test_a_flat_picture_does_not_make_the_mean_infinite(photos, tmp_path, capsys):
    images.write(tmp_path / "black.png", np.zeros((48, 48)))
    images.write(tmp_path / "photo.png", images.read(photos / "photo0.png"))
    command = ["evaluate", "--model", "bicubic", "--images", str(tmp_path)]
    assert main(command) == 0
    captured = capsys.readouterr()
    assert "the mean PSNR leaves out black" in captured.out and "note: the mean PSNR leaves out black" in captured.err
    assert main([*command, "--json"]) == 0
    (one,) = json.loads(capsys.readouterr().out)["sets"]
    assert one["psnr"] == one["images"][1]["psnr"] and one["images"][0]["psnr"] is None


def test_several_sets_and_the_table_for_people(photos, run, capsys):
    arguments = ["evaluate", "--scale", "2", "--model", str(run), "--images", str(photos), "--set", "starter"]
    assert main([*arguments, "--convention", "modern"]) == 0
    out = capsys.readouterr().out
    assert "starter, mean of 3" in out and f"{photos}, mean of 4" in out


def test_upscale_writes_a_picture_of_the_right_size(photos, run, tmp_path, capsys):
    target = tmp_path / "large.png"
    assert main(["upscale", str(photos / "photo0.png"), "-o", str(target), "--scale", "2", "--model", str(run)]) == 0
    with Image.open(target) as picture:
        assert picture.size == (200, 192) and picture.mode == "RGB"


def test_the_default_model_is_the_shipped_one(photos, tmp_path):
    target = tmp_path / "large.png"
    assert main(["upscale", str(photos / "photo0.png"), "-o", str(target)]) == 0
    with Image.open(target) as picture:
        assert picture.size == (300, 288)


def test_upscale_does_not_overwrite(photos, tmp_path, capsys):
    target = tmp_path / "large.png"
    target.write_bytes(b"precious")
    assert "--overwrite" in refused(capsys, "upscale", photos / "photo0.png", "-o", target)
    assert target.read_bytes() == b"precious"


def test_an_unreadable_picture(tmp_path, capsys):
    bad = tmp_path / "bad.jpg"
    bad.write_bytes(b"this is not a picture")
    sentence = refused(capsys, "upscale", bad, "-o", tmp_path / "out.png")
    assert "bad.jpg" in sentence and not (tmp_path / "out.png").exists()


def test_a_missing_set(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("SR_DATA", str(tmp_path))
    assert "fetch Set5" in refused(capsys, "evaluate", "--model", "bicubic", "--set", "Set5")


def test_a_scale_that_the_weights_were_not_trained_for(photos, run, tmp_path, capsys):
    sentence = refused(
        capsys, "upscale", photos / "photo0.png", "-o", tmp_path / "x.png", "--scale", "3", "--model", run
    )
    assert "--scale 2" in sentence


def test_a_scale_without_shipped_weights_names_what_there_is(photos, tmp_path, capsys, monkeypatch):
    from sr_helpers import models

    monkeypatch.setattr(models, "WEIGHTS", tmp_path)
    sentence = refused(capsys, "upscale", photos / "photo0.png", "-o", tmp_path / "x.png")
    assert "espcn_x3" in sentence


def test_a_result_that_is_too_large(photos, tmp_path, capsys):
    arguments = ("upscale", photos / "photo0.png", "-o", tmp_path / "x.png", "--max-megapixels", "0.01")
    assert "--max-megapixels" in refused(capsys, *arguments)


def test_a_run_folder_is_never_overwritten(photos, run, capsys):
    before = {path.name: path.read_bytes() for path in run.iterdir() if path.is_file()}
    arguments = ("train", "--scale", "2", "--images", photos, "--steps", "8", "--out", run, "--batch-size", "2")
    assert "--resume" in refused(capsys, *arguments)
    assert before == {path.name: path.read_bytes() for path in run.iterdir() if path.is_file()}


def test_no_such_model(photos, tmp_path, capsys):
    assert "no such file" in refused(capsys, "evaluate", "--model", tmp_path / "nothing", "--images", photos)


@pytest.mark.parametrize("command", commands.COMMANDS)
def test_help_says_what_each_option_is_for(command, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    with pytest.raises(SystemExit, match="0"):
        main([command, "--help"])
    lines = capsys.readouterr().out.splitlines()
    options = [number for number, line in enumerate(lines) if re.match("  [-a-zA-Z]", line)]
    assert len(options) >= 2
    for number in options:
        told = re.fullmatch(r"  \S.*?  +(\S.+)", lines[number]) or re.fullmatch(r" {10,}(\S.+)", lines[number + 1])
        assert told and len(told[1].split()) > 1, lines[number]


def test_a_folder_run_lists_the_bad_files_and_exits_1(photos, tmp_path, capsys):
    source = tmp_path / "in"
    source.mkdir()
    (source / "bad.png").write_bytes(b"no picture")
    images.write(source / "good.png", images.read(photos / "photo1.png"))
    assert main(["upscale", str(source), "-o", str(tmp_path / "out")]) == 1
    captured = capsys.readouterr()
    assert "1 written" in captured.out and "bad.png: cannot be read" in captured.err
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["good.png"]


def test_a_poor_jpeg_is_told_once_and_a_good_one_never(photos, tmp_path, capsys):
    source = tmp_path / "in"
    source.mkdir()
    for quality, notes in ((90, 0), (40, 1)):
        for name in "ab":
            Image.open(photos / "photo0.png").save(source / f"{name}.jpg", quality=quality)
        assert main(["upscale", str(source), "-o", str(tmp_path / "out"), "--overwrite"]) == 0
        assert capsys.readouterr().err.count("note: ") == notes
    assert main(["upscale", str(source / "a.jpg"), "-o", str(tmp_path / "a.png")]) == 0
    assert "a.jpg: a JPEG of quality 40 or so" in capsys.readouterr().err


def test_check_data_tells_by_its_exit_status(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("SR_DATA", str(tmp_path))
    assert "fetch Set5 T91" in refused(capsys, "check-data")
    (tmp_path / "Set5").mkdir()
    assert main(["check-data"]) == 1
    out = capsys.readouterr().out
    assert "Set5: baby is missing" in out and "fetch Set5" in out


def test_check_data_of_a_complete_set(capsys, benchmark):
    benchmark("Set5")
    assert main(["check-data", "Set5"]) == 0
    assert "Set5: complete, 5 pictures" in capsys.readouterr().out


def test_fetch_refuses_an_unknown_name_before_fetching_anything(capsys, monkeypatch):
    from sr_helpers import fetching

    monkeypatch.setattr(fetching, "fetch", lambda *_, **__: pytest.fail("fetched"))
    assert "there are Set5" in refused(capsys, "fetch", "Set5", "Set55")


def test_training_on_a_test_set_is_refused(capsys, tmp_path, benchmark):
    benchmark("Set5")
    assert "test set" in refused(capsys, "train", "--set", "Set5", "--steps", "5", "--out", tmp_path / "run")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("degradation", ["blur", "noise"])
def test_training_and_evaluating_for_another_degradation(degradation, photos, tmp_path, capsys):
    arguments = ["--scale", "2", "--images", str(photos), "--degradation", degradation]
    assert main(["train", *arguments, "--steps", "4", "--out", str(tmp_path / "run"), "--batch-size", "2"]) == 0
    assert json.loads((tmp_path / "run/model.json").read_text(encoding="utf-8"))["recipe"]["degradation"] == degradation
    capsys.readouterr()
    assert main(["evaluate", *arguments, "--model", str(tmp_path / "run"), "--json"]) == 0
    other = json.loads(capsys.readouterr().out)["sets"][0]["psnr"]
    assert main(["evaluate", *arguments[:-2], "--model", str(tmp_path / "run"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["sets"][0]["psnr"] != pytest.approx(other, abs=0.1)


def test_fine_tuning_starts_from_the_weights_given(photos, tmp_path, capsys):
    """After two steps, a network that began with the shipped weights is far ahead of one that began with none."""
    psnr = {}
    for start in ([], ["--start", "pretrained"]):
        out = tmp_path / f"run{len(start)}"
        assert main(["train", "--images", str(photos), "--steps", "2", "--out", str(out), *start]) == 0
        psnr[len(start)] = json.loads((out / "history.jsonl").read_text(encoding="utf-8").splitlines()[-1])["psnr"]
    assert psnr[2] > psnr[0] + 5


def test_fine_tuning_another_form_is_refused(photos, tmp_path, capsys):
    fine_tuning = ("--start", "pretrained", "--activation", "tanh")
    message = refused(capsys, "train", "--images", photos, "--steps", 2, "--out", tmp_path / "r", *fine_tuning)
    assert "another network than the one to be trained: activation relu, not tanh" in message


def test_several_hosts_need_jax(photos, tmp_path, capsys):
    message = refused(capsys, "train", "--images", photos, "--steps", 2, "--out", tmp_path / "r", "--hosts", "a:1,b:2")
    assert "KERAS_BACKEND=jax" in message


@pytest.mark.parametrize("stop, status", [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_stopped_training_says_how_to_go_on(stop, status, photos, tmp_path):
    arguments = f"train --images {photos} --steps 100000 --batch-size 1 --out {tmp_path / 'run'}".split()
    child = subprocess.Popen([sys.executable, "-m", "sr_helpers", *arguments], stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 200
    while not (tmp_path / "run/settings.json").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    child.send_signal(stop)
    _, err = child.communicate(timeout=60)
    assert child.returncode == status and "Traceback" not in err
    assert err.splitlines()[-1] == "interrupted: nothing was kept: the first checkpoint had not been written"
    assert not list(tmp_path.rglob("*.part"))


def test_a_folder_may_be_spelled_anew_when_resuming(photos, tmp_path, monkeypatch):
    arguments = f"train --scale 2 --steps 2 --batch-size 2 --out {tmp_path / 'run'} --images".split()
    assert main([*arguments, str(photos)]) == 0
    monkeypatch.chdir(photos.parent)
    for spelling in (f"./{photos.name}", f"{photos.name}/"):
        assert main([*arguments, spelling, "--resume"]) == 0
    shutil.copytree(photos, tmp_path / "mounted elsewhere")
    assert main([*arguments, str(tmp_path / "mounted elsewhere"), "--resume"]) == 0


@pytest.mark.parametrize(
    "options, sentence",
    [
        (("--steps", 0), "steps must be at least 1"),
        (("--steps", 5, "--batch-size", 0), "batch_size must be at least 1"),
        (("--steps", 5, "--average", 1.5), "average must be"),
        (("--steps", 5, "--learning-rate", "nan"), "learning_rate must be finite"),
        (("--steps", 5, "--warm-up", 9), "warm_up=9"),
    ],
)
def test_senseless_settings_are_refused_before_anything_is_read(options, sentence, tmp_path, capsys):
    assert sentence in refused(capsys, "train", "--images", tmp_path / "nowhere", "--out", tmp_path / "run", *options)
    assert not (tmp_path / "run").exists()


def test_every_setting_is_an_option_of_train():
    import dataclasses

    from sr_helpers.__main__ import parser
    from sr_helpers.settings import Settings

    options = vars(parser().parse_args(["train", "--steps", "7", "--out", "run"]))
    defaults = dataclasses.asdict(Settings(steps=7))
    assert {name: options[name] for name in defaults} == defaults


def test_without_a_backend_the_sentence_offers_jax_too(capsys, monkeypatch):
    import builtins

    original = builtins.__import__

    def without_tensorflow(name, *given, **named):
        if name == "keras":
            raise ModuleNotFoundError("No module named 'tensorflow'", name="tensorflow")
        return original(name, *given, **named)

    monkeypatch.setattr(builtins, "__import__", without_tensorflow)
    sentence = refused(capsys, "evaluate")
    assert "tensorflow is not installed" in sentence and '".[jax]"' in sentence and "KERAS_BACKEND=jax" in sentence


def test_the_package_says_so_too_when_a_module_is_named(monkeypatch):
    monkeypatch.setattr(importlib, "import_module", missing_tensorflow)
    with pytest.raises(
        ModuleNotFoundError, match=r'tensorflow is not installed: pip install "\.\[course\]".*KERAS_BACK'
    ):
        sr_helpers.__getattr__("models")


def missing_tensorflow(name):
    raise ModuleNotFoundError("No module named 'tensorflow'", name="tensorflow")


def test_a_shrinking_that_enlarges_is_refused(photos, tmp_path, capsys):
    assert "between 0.1 and 1" in refused(
        capsys, "train", "--images", photos, "--steps", 2, "--out", tmp_path / "r", "--shrink-jpegs", 2
    )


@pytest.mark.parametrize(
    "typed, offered",
    [("sr-helpers ev", {"evaluate"}), ("sr-helpers train --sch", {"--schedule"}),
     ("sr-helpers upscale --degradation ", {"bicubic", "blur", "noise", "jpeg"})],
)  # fmt: skip
def test_the_tab_key_adds_what_may_be_said(typed, offered):
    asked = {"_ARGCOMPLETE": "1", "COMP_LINE": typed, "COMP_POINT": str(len(typed)), "_ARGCOMPLETE_IFS": "\n"}
    code = "import os, sys; from sr_helpers.__main__ import main; main([])"
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | asked | {"_ARGCOMPLETE_STDOUT_FILENAME": "/dev/stdout"},
        capture_output=True, text=True,
    )  # fmt: skip
    assert {word.strip() for word in done.stdout.split("\n") if word} == offered, done.stderr


def test_version_and_exit_statuses_are_told(capsys):
    for words in (["--version"], ["--help"], ["train", "--help"]):
        with pytest.raises(SystemExit, match="0"):
            main(words)
    out = capsys.readouterr().out
    assert out.startswith(f"sr-helpers {sr_helpers.__version__}\n")
    assert "143 terminated" in out and "default: None" not in out and "default: False" not in out


def test_the_console_script_is_the_same_program():
    import importlib.metadata

    (script,) = importlib.metadata.entry_points(group="console_scripts", name="sr-helpers")
    assert script.load() is main


def test_a_reader_that_has_seen_enough_ends_it_quietly(photos):
    command = f"{sys.executable} -m sr_helpers evaluate --model bicubic --images {photos} --json | head -c 1"
    result = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True)
    assert (result.returncode, result.stdout, result.stderr) == (0, "{", "")


def test_a_terminal_of_another_alphabet_is_no_error(photos, tmp_path):
    folder = tmp_path / "фото"
    shutil.copytree(photos, folder)
    command = [sys.executable, "-m", "sr_helpers", "evaluate", "--model", "bicubic", "--images", str(folder)]
    result = subprocess.run(command, capture_output=True, env=os.environ | {"PYTHONIOENCODING": "cp1252"})
    assert result.returncode == 0 and b"mean of" in result.stdout


def test_shipped_weights_go_by_their_names(photos, capsys):
    assert main(["evaluate", "--model", "espcn_paper_x3", "--images", str(photos), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["model"] == "espcn_paper_x3"
