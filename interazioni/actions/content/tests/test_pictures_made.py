"""What is made of an upload: three small files, nothing of the original, and a clear word for what is no picture."""

import io
import random
import struct
import time
import zlib
from collections.abc import Callable
from typing import Any

import pytest
import weasyprint  # noqa: F401  # it tells Pillow, for the whole process, to take half a picture for a whole one
from django.core.exceptions import ValidationError
from django.utils import translation
from PIL import Image, ImageCms, ImageFile

from interazioni.actions.content import pictures


@pytest.fixture(autouse=True)
def in_english() -> Any:
    """Refusals are told in words: these stories read them."""
    with translation.override("en"):
        yield


RED = (200, 30, 30)
GPS = {1: "N", 2: (45.0, 4.0, 12.0), 3: "E", 4: (7.0, 41.0, 9.0)}


def saved(picture: Image.Image, form: str, **options: Any) -> bytes:
    target = io.BytesIO()
    picture.save(target, form, **options)
    return target.getvalue()


def plain(width: int = 1200, height: int = 800, mode: str = "RGB", colour: Any = RED) -> Image.Image:
    return Image.new(mode, (width, height), colour)


def largest(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(pictures.make(content).files[-1].webp))


def near(pixel: Any, wanted: tuple[int, int, int], by: int = 6) -> bool:
    return all(abs(one - other) <= by for one, other in zip(pixel, wanted, strict=True))


def png(width: int, height: int) -> bytes:
    """A file of some hundred bytes that says it is so large."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_three_sizes_of_one_shape_each_light(form: str) -> None:
    made = pictures.make(saved(plain(3000, 2500), form))
    assert [(one.width, one.height) for one in made.files] == [(192, 128), (480, 320), (960, 640)]
    for one in made.files:
        opened = Image.open(io.BytesIO(one.webp))
        assert (opened.format, opened.size) == ("WEBP", (one.width, one.height))
        assert near(opened.getpixel((10, 10)), RED)
    assert made.digest == pictures.make(saved(plain(3000, 2500), form)).digest


def test_even_noise_fits() -> None:
    noise = Image.frombytes("RGB", (960, 640), random.Random(1).randbytes(960 * 640 * 3))
    stripes = Image.frombytes("L", (960, 640), (bytes([0, 255]) * 480 + bytes([255, 0]) * 480) * 320).convert("RGB")
    made = [*pictures.make(saved(noise, "PNG")).files, *pictures.make(saved(stripes, "PNG")).files]
    assert {one.width: len(one.webp) <= pictures.MOST_BYTES[one.width] for one in made} == dict.fromkeys(
        pictures.WIDTHS, True
    )


def test_a_small_picture_is_not_blown_up() -> None:
    assert [one.width for one in pictures.make(saved(plain(700, 600), "PNG")).files] == [192, 480, 700]


def test_place_camera_profile_and_what_hides_behind_are_left_behind() -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif[0x8825] = GPS
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    upload = (
        saved(plain(), "JPEG", exif=exif, icc_profile=profile, comment=b"SecretComment") + b"<script>alert(1)</script>"
    )
    assert Image.open(io.BytesIO(upload)).getexif().get_ifd(0x8825), "the upload does say where it was taken"
    for one in pictures.make(upload).files:
        opened = Image.open(io.BytesIO(one.webp))
        assert not opened.getexif()
        assert not {"exif", "xmp", "icc_profile"} & set(opened.info)
        assert b"Secret" not in one.webp
        assert b"<script" not in one.webp


def test_a_picture_taken_upright_stands_upright() -> None:
    turned = plain(800, 1200, colour=(20, 160, 40))
    turned.paste(plain(800, 600), (0, 0))  # red above, once it is turned to the left: red is on the right
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise
    shown = largest(saved(turned, "JPEG", exif=exif))
    assert shown.size == (960, 640)
    assert near(shown.getpixel((940, 320)), RED)
    assert near(shown.getpixel((20, 320)), (20, 160, 40))


def test_another_colour_space_becomes_the_web_s() -> None:
    # A profile in which red and green have changed places: whoever ignores it shows green.
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, green = (_at(profile, tag) for tag in (b"rXYZ", b"gXYZ"))
    profile[red : red + 20], profile[green : green + 20] = profile[green : green + 20], profile[red : red + 20]
    shown = largest(saved(plain(colour=(0, 200, 0)), "PNG", icc_profile=bytes(profile)))
    assert near(shown.getpixel((5, 5)), (200, 0, 0), by=12)


def _at(profile: bytearray, tag: bytes) -> int:
    """Where the table of an ICC profile says that a tag's value stands."""
    for n in range(struct.unpack_from(">I", profile, 128)[0]):
        name, offset = struct.unpack_from(">4sI", profile, 132 + 12 * n)
        if name == tag:
            return int(offset)
    raise AssertionError(tag)


@pytest.mark.parametrize(
    ("upload", "shown"),
    [
        (lambda: saved(plain(mode="CMYK", colour=(0, 255, 255, 0)), "JPEG"), (254, 0, 0)),
        (lambda: saved(Image.new("I;16", (1200, 800), 128 * 256), "PNG"), (128, 128, 128)),
        (lambda: saved(plain().convert("P"), "PNG"), RED),
        (lambda: saved(plain(mode="RGBA", colour=(0, 0, 0, 0)), "PNG"), (255, 255, 255)),
        (lambda: saved(plain(mode="LA", colour=(0, 127)), "PNG"), (128, 128, 128)),
        (lambda: saved(plain(mode="1", colour=1), "PNG"), (255, 255, 255)),
    ],
    ids=["cmyk", "16 bits", "palette", "clear", "half clear grey", "two colours"],
)
def test_every_way_to_write_colours_is_read(upload: Callable[[], bytes], shown: tuple[int, int, int]) -> None:
    assert near(largest(upload()).getpixel((5, 5)), shown, by=40 if shown[0] == 254 else 6)


PROFILE_OF_NOTHING = b"\x00" * 128 + b"junk" * 30
MOVING = [plain(), plain(colour=(1, 2, 3)), plain(colour=(90, 2, 3))]


@pytest.mark.parametrize(
    ("upload", "word"),
    [
        (lambda: b"<html><script>alert(1)</script></html>", "JPEG, PNG and WebP"),
        (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "JPEG, PNG and WebP"),
        (lambda: saved(plain(), "GIF"), "JPEG, PNG and WebP"),
        (lambda: saved(plain(), "TIFF"), "JPEG, PNG and WebP"),
        (lambda: b"GIF89a" + saved(plain(), "JPEG"), "JPEG, PNG and WebP"),
        (lambda: b"", "JPEG, PNG and WebP"),
        (lambda: saved(plain(), "JPEG")[:3000], "damaged"),
        (lambda: saved(Image.effect_noise((1200, 800), 90), "PNG")[:90000], "damaged"),
        (lambda: saved(Image.effect_noise((1200, 800), 90).convert("RGB"), "WEBP")[:9000], "damaged"),
        (lambda: b"\xff\xd8\xff\xe0" + b"\x00" * 2000, "damaged|JPEG, PNG and WebP"),
        (lambda: saved(MOVING[0], "PNG", save_all=True, append_images=MOVING[1:]), "move"),
        (lambda: saved(MOVING[0], "WEBP", save_all=True, append_images=MOVING[1:]), "move"),
        (lambda: saved(plain(400, 300), "JPEG"), "too small"),
        (lambda: saved(plain(300, 4000), "JPEG"), "too small"),
        (lambda: bytes(11 * 1024 * 1024), "larger than"),
    ],
    ids=["html", "svg", "gif", "tiff", "gif before jpeg", "nothing", "half a jpeg", "half a png", "half a webp", "empty jpeg", "moving png",
         "moving webp", "small", "a strip", "too heavy"],
)  # fmt: skip
def test_what_is_no_picture_is_refused_in_words(upload: Callable[[], bytes], word: str) -> None:
    assert ImageFile.LOAD_TRUNCATED_IMAGES
    with pytest.raises(ValidationError, match=word):
        pictures.make(upload())
    assert ImageFile.LOAD_TRUNCATED_IMAGES, "it is left as it was found"


@pytest.mark.parametrize(("width", "height"), [(50_000, 50_000), (12_000, 9_000), (6_000, 5_000), (1, 2**31 - 1)])
def test_what_would_unfold_is_refused_before_it_does(width: int, height: int) -> None:
    began = time.perf_counter()
    with pytest.raises(ValidationError, match="too many pixels"):
        pictures.make(png(width, height))
    assert time.perf_counter() - began < 1


def test_a_large_photograph_is_taken() -> None:
    """48 million pixels, as telephones write them: decoded at a fraction of its size."""
    assert largest(saved(plain(8064, 6048), "JPEG")).size == (960, 640)
    with pytest.raises(ValidationError, match="too many pixels"):
        pictures.make(saved(plain(8064, 6048), "JPEG", progressive=True))


def test_a_photograph_in_a_hundred_thousand_passes_is_refused() -> None:
    upload = saved(plain(), "JPEG", progressive=True)
    starts = [n for n in range(len(upload) - 1) if upload[n : n + 2] == b"\xff\xda"]
    one_pass = upload[starts[1] : starts[2]]
    with pytest.raises(ValidationError, match="damaged"):
        pictures.make(upload[: starts[2]] + one_pass * 1000 + upload[starts[2] :])


def test_a_profile_that_nobody_can_read_changes_nothing() -> None:
    assert near(largest(saved(plain(), "PNG", icc_profile=PROFILE_OF_NOTHING)).getpixel((5, 5)), RED)
