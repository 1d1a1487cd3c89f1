"""From what somebody uploads to what the portal shows: three WebP files of our own making, and nothing of the original. Pure.

What the bytes are decides, not what they are called. The header is read first, and what would unfold to more than a machine should hold is
refused before a pixel is decoded. Place and camera (EXIF, XMP), profiles, thumbnails and whatever hides behind the picture are left behind.
"""

import hashlib
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageFile, ImageFilter, ImageOps, UnidentifiedImageError

SHAPE = (3, 2)  # one for all, so that lists, pages and what others show of a page need no other
WIDTHS = (192, 480, 960)
SMALLEST = WIDTHS[1]  # of an upload, once it is cut
# What a file may weigh at most: what a first visit loads (77 KB), the words, the largest and a few of the smallest stay below 150 KB.
MOST_BYTES = {192: 3_000, 480: 16_000, 960: 45_000}
QUALITIES = (80, 72, 64, 56, 48, 40, 30, 20)  # what is still too much then (gravel, noise) is softened
FORMATS = ("JPEG", "PNG", "WEBP")
# JPEG is decoded at a fraction of its size; everything else, and a JPEG that comes in several passes, as a whole.
MOST_PIXELS, MOST_PIXELS_REDUCED = 25_000_000, 64_000_000
_turn = Lock()
MOST_PASSES = 64  # of a progressive JPEG: programs write about ten; a hundred thousand would take minutes


@dataclass(frozen=True, slots=True)
class File:
    width: int
    height: int
    webp: bytes


@dataclass(frozen=True, slots=True)
class Made:
    """`digest`: of all files, in hexadecimal; it is their address."""

    digest: str
    files: Sequence[File]  # the smallest first


def too_large() -> ValidationError:
    return ValidationError(
        _("The file is larger than %(size)s. Save the picture smaller, for instance 2,000 pixels wide, and choose it again."),
        params={"size": filesizeformat(settings.UPLOAD_MAX_BYTES)},
    )  # fmt: skip


def make(content: bytes) -> Made:
    """ValidationError, in the words of who uploads, for what is no picture or should not be one."""
    if len(content) > settings.UPLOAD_MAX_BYTES:
        raise too_large()
    if content.count(b"\xff\xda") > MOST_PASSES and content[:2] == b"\xff\xd8":
        raise _broken()
    files = []
    picture = _cut(_decoded(content))
    for width in sorted({min(width, picture.width) for width in WIDTHS}):
        size = (width, height_of(width))
        files.append(File(*size, _packed(picture.resize(size, Image.Resampling.LANCZOS))))
    return Made(hashlib.sha256(b"".join(one.webp for one in files)).hexdigest(), files)


def height_of(width: int) -> int:
    return round(width * SHAPE[1] / SHAPE[0])


def _broken() -> ValidationError:
    return ValidationError(
        _("The file is damaged or incomplete. Open it, save it again as JPEG or PNG, and choose the new file.")
    )


def _decoded(content: bytes) -> Image.Image:
    try:
        opened = Image.open(io.BytesIO(content), formats=FORMATS)
    except UnidentifiedImageError as fault:
        raise ValidationError(
            _("This is no picture that can be shown: only JPEG, PNG and WebP are taken, whatever the file is called.")
        ) from fault
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as fault:
        raise _too_many_pixels(MOST_PIXELS_REDUCED) from fault
    except Exception as fault:  # decoders raise whatever they stumble over
        raise _broken() from fault
    with opened:
        _check(opened)
        try:
            opened.draft("RGB", (WIDTHS[-1] * 2, WIDTHS[-1] * 2))  # only JPEG knows how
            with _whole():
                opened.load()
            return _upright(opened)
        except Exception as fault:
            raise _broken() from fault


@contextmanager
def _whole() -> Iterator[None]:
    """Half a picture is none here, though WeasyPrint, in the same process, tells Pillow otherwise for all. One at a time, which bounds memory too."""
    with _turn:
        before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
        try:
            yield
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = before


def _check(opened: ImageFile.ImageFile) -> None:
    """By what the header says, before anything is decoded."""
    whole = opened.format not in ("JPEG", "MPO") or "progressive" in opened.info
    most = MOST_PIXELS if whole else MOST_PIXELS_REDUCED
    if opened.width * opened.height > most:
        raise _too_many_pixels(most)
    if getattr(opened, "is_animated", False) and opened.format != "MPO":  # some phones put two pictures into a JPEG
        raise ValidationError(_("Pictures that move are not taken. Save one still picture of it."))
    wide = min(opened.width, opened.height * SHAPE[0] // SHAPE[1])
    tall = min(opened.height, opened.width * SHAPE[0] // SHAPE[1])  # what stands on its side in the file
    if max(wide, tall) < SMALLEST:
        raise _too_small()


def _too_many_pixels(most: int) -> ValidationError:
    return ValidationError(
        _("The picture has too many pixels: at most %(n)s million. Save it smaller, for instance 2,000 pixels wide."),
        params={"n": most // 1_000_000},
    )


def _too_small() -> ValidationError:
    return ValidationError(
        _("The picture is too small: it needs at least %(width)s by %(height)s pixels."),
        params={"width": SMALLEST, "height": height_of(SMALLEST)},
    )


def _upright(opened: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(opened)
    except Exception:  # noqa: BLE001  # notes of a camera that nobody can read turn nothing
        return opened.copy()


def _cut(picture: Image.Image) -> Image.Image:
    """Three by two around the middle, no larger than the largest file; in sRGB, on white."""
    width = min(picture.width, picture.height * SHAPE[0] // SHAPE[1], WIDTHS[-1])
    if width < SMALLEST:
        raise _too_small()
    profile = picture.info.get("icc_profile")
    fitted = ImageOps.fit(_on_white(_eight_bits(picture)), (width, height_of(width)), Image.Resampling.LANCZOS)
    found = Image.new("RGB", fitted.size)  # a new one: it carries nothing along
    found.paste(_in_srgb(fitted, profile))
    return found


def _eight_bits(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I"):  # 16 bits of grey: converting would cut off what is brighter than 255
        return picture.point(lambda value: value * (1 / 256)).convert("L")
    return (
        picture.convert("RGBA" if "transparency" in picture.info else "RGB") if picture.mode in ("P", "1") else picture
    )


def _on_white(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return picture
    clear = picture.convert("RGBA")
    white = Image.new("RGBA", clear.size, "white")
    return Image.alpha_composite(white, clear).convert("RGB")


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """By its own profile where it has one that can be read; otherwise as every browser would guess."""
    if profile and picture.mode in ("RGB", "CMYK", "L"):
        try:
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            turned = ImageCms.profileToProfile(picture, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
            if turned is not None:
                return turned
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass
    return picture.convert("RGB")


def _packed(picture: Image.Image) -> bytes:
    """As good as fits: mostly the first try; otherwise the steps between are halved."""
    most = MOST_BYTES[min(width for width in WIDTHS if width >= picture.width)]
    best = _webp(picture, QUALITIES[0])
    if len(best) <= most:
        return best
    good, bad = len(QUALITIES) - 1, 0
    best = _webp(picture, QUALITIES[good])
    if len(best) > most:
        return _packed(picture.filter(ImageFilter.GaussianBlur(1.5)))
    while good - bad > 1:
        tried = (good + bad) // 2
        packed = _webp(picture, QUALITIES[tried])
        if len(packed) <= most:
            good, best = tried, packed
        else:
            bad = tried
    return best


def _webp(picture: Image.Image, quality: int) -> bytes:
    target = io.BytesIO()
    picture.save(target, "WEBP", quality=quality, method=5)
    return target.getvalue()
