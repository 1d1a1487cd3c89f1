"""Simple drawings for the demo's contents, without a word in them. Drawn twice as large as they are shown, so that edges are smooth."""

import io
from collections.abc import Callable

from PIL import Image, ImageDraw

WIDE, TALL = 1920, 1280
SKY, GROUND, INK, WHITE = "#d6ecf5", "#8fbf8a", "#22384f", "#ffffff"
RED, YELLOW, BLUE, GREEN, VIOLET, ORANGE = "#c8553d", "#f2c14e", "#3d7ea6", "#588157", "#7d5ba6", "#e07a2f"
SKINS = ("#8d5a3b", "#e0b08c", "#5b3a29")
Pen = ImageDraw.ImageDraw


def png(name: str) -> bytes:
    picture = Image.new("RGB", (WIDE, TALL), SKY)
    DRAWINGS[name](ImageDraw.Draw(picture))
    target = io.BytesIO()
    picture.save(target, "PNG")
    return target.getvalue()


def _ground(pen: Pen, top: int = 960) -> None:
    pen.rectangle((0, top, WIDE, TALL), fill=GROUND)


def _person(pen: Pen, x: int, foot: int, size: int, skin: str, clothes: str) -> None:
    """From the feet up: `size` is the whole height."""
    head = size // 7
    pen.rounded_rectangle((x - head * 1.5, foot - size + head * 2.2, x + head * 1.5, foot), head, fill=clothes)
    pen.ellipse((x - head, foot - size, x + head, foot - size + head * 2), fill=skin)
    pen.chord((x - head, foot - size, x + head, foot - size + head * 2), 180, 360, fill=INK)


def _bubble(pen: Pen, x: int, y: int, width: int, colour: str, tail: int) -> None:
    """A speech bubble around (x, y); `tail`: -1 points to the left, 1 to the right."""
    tall = width * 2 // 3
    pen.rounded_rectangle((x - width // 2, y - tall // 2, x + width // 2, y + tall // 2), tall // 3, fill=colour)
    pen.polygon(
        [(x, y + tall // 3), (x + tail * width // 3, y + tall // 3), (x + tail * width // 2, y + tall * 4 // 5)],
        fill=colour,
    )
    for dot in (-1, 0, 1):
        pen.ellipse((x + dot * width // 5 - 14, y - 14, x + dot * width // 5 + 14, y + 14), fill=WHITE)


def _school(pen: Pen) -> None:
    _ground(pen)
    pen.rectangle((420, 420, 1500, 960), fill=YELLOW)
    pen.polygon([(360, 430), (960, 160), (1560, 430)], fill=RED)
    pen.ellipse((890, 270, 1030, 410), fill=WHITE)
    pen.line((960, 340, 960, 290), fill=INK, width=12)
    pen.line((960, 340, 1000, 355), fill=INK, width=12)
    for x in (520, 720, 1100, 1300):
        pen.rectangle((x, 520, x + 110, 680), fill=BLUE, outline=WHITE, width=12)
    pen.rectangle((860, 660, 1060, 960), fill=RED)
    for x, skin, clothes, bag in ((640, SKINS[0], VIOLET, ORANGE), (1280, SKINS[1], GREEN, BLUE)):
        _person(pen, x, 1120, 330, skin, clothes)
        pen.rounded_rectangle((x + 40, 930, x + 120, 1060), 24, fill=bag)


def _home(pen: Pen) -> None:
    _ground(pen)
    pen.rectangle((320, 440, 1080, 960), fill="#efd9c3")
    pen.polygon([(250, 450), (700, 140), (1150, 450)], fill=RED)
    for x in (430, 810):
        for y in (500, 720):
            pen.rectangle((x, y, x + 150, y + 140), fill=YELLOW, outline=WHITE, width=12)
    pen.rectangle((630, 720, 770, 960), fill=INK)
    pen.ellipse((1300, 420, 1580, 700), fill=ORANGE)
    pen.ellipse((1380, 500, 1500, 620), fill=SKY)
    pen.rectangle((1410, 680, 1470, 1120), fill=ORANGE)
    for y in (960, 1050):
        pen.rectangle((1470, y, 1580, y + 50), fill=ORANGE)


def _telephone(pen: Pen) -> None:
    pen.rectangle((0, 1040, WIDE, TALL), fill="#c9b79c")
    pen.rounded_rectangle((760, 330, 1160, 1130), 60, fill=INK)
    pen.rounded_rectangle((800, 410, 1120, 1010), 20, fill=WHITE)
    pen.ellipse((930, 1035, 990, 1095), fill=WHITE)
    for n, colour in enumerate((RED, YELLOW, GREEN, BLUE, VIOLET, ORANGE)):
        side = -1 if n < 3 else 1
        _bubble(pen, 960 + side * (420 + 180 * (n % 3 == 1)), 280 + 280 * (n % 3), 300, colour, -side)


def _talk(pen: Pen) -> None:
    pen.rectangle((0, 0, WIDE, TALL), fill="#eee4d6")
    for x, skin, clothes in ((420, SKINS[0], RED), (960, SKINS[1], GREEN), (1500, SKINS[2], WHITE)):
        _person(pen, x, 1060, 560, skin, clothes)
    pen.rounded_rectangle((180, 900, 1740, 1010), 30, fill="#a97142")
    for x in (280, 1560):
        pen.rectangle((x, 1010, x + 80, 1240), fill="#8a5a33")
    _bubble(pen, 690, 260, 340, RED, -1)
    _bubble(pen, 1230, 260, 340, BLUE, 1)


def _door(pen: Pen) -> None:
    pen.rectangle((0, 0, WIDE, TALL), fill="#5d7490")
    _ground(pen, 1040)
    pen.rectangle((860, 200, 1340, 1040), fill=YELLOW)
    pen.polygon([(860, 1040), (1340, 1040), (1600, 1280), (600, 1280)], fill="#f7dd94")
    pen.polygon([(1340, 200), (1640, 280), (1640, 1120), (1340, 1040)], fill=RED)
    pen.ellipse((1570, 660, 1620, 710), fill=YELLOW)
    _person(pen, 420, 1180, 520, SKINS[2], ORANGE)
    _person(pen, 660, 1200, 340, SKINS[2], WHITE)


def _kitchen(pen: Pen) -> None:
    pen.rectangle((0, 0, WIDE, TALL), fill="#f3e7d3")
    pen.rectangle((0, 960, WIDE, TALL), fill="#8d99a6")
    for x in (560, 720, 880):
        pen.arc((x, 180, x + 120, 320), 90, 270, fill="#b9c4cc", width=26)
        pen.arc((x, 306, x + 120, 446), 270, 90, fill="#b9c4cc", width=26)
    pen.rounded_rectangle((420, 520, 1120, 930), 60, fill=BLUE)
    pen.rounded_rectangle((380, 480, 1160, 560), 30, fill=INK)
    for x in (340, 1120):
        pen.rounded_rectangle((x, 620, x + 80, 700), 20, fill=INK)
    for x in range(480, 1080, 120):
        pen.polygon([(x, 985), (x + 40, 925), (x + 80, 985)], fill=ORANGE)
    pen.rounded_rectangle((1220, 880, 1800, 960), 24, fill="#a97142")
    pen.ellipse((1270, 740, 1420, 890), fill=RED)
    pen.polygon([(1460, 880), (1560, 880), (1510, 640)], fill=ORANGE)
    pen.ellipse((1600, 730, 1770, 890), fill=GREEN)


def _road(pen: Pen) -> None:
    pen.ellipse((1460, 120, 1680, 340), fill=YELLOW)
    pen.ellipse((-300, 560, 1000, 1700), fill=GREEN)
    pen.ellipse((800, 480, 2300, 1700), fill=GROUND)
    pen.rectangle((0, 960, WIDE, 1200), fill="#5b6670")
    for x in range(60, WIDE, 320):
        pen.rectangle((x, 1070, x + 160, 1092), fill=WHITE)
    pen.rounded_rectangle((620, 700, 1220, 920), 130, fill=BLUE)
    pen.rounded_rectangle((480, 830, 1380, 1010), 70, fill=BLUE)
    for x in (700, 940):
        pen.rounded_rectangle((x, 750, x + 200, 850), 30, fill=WHITE)
    for x in (600, 1120):
        pen.ellipse((x, 920, x + 180, 1100), fill=INK)
        pen.ellipse((x + 60, 980, x + 120, 1040), fill=WHITE)


DRAWINGS: dict[str, Callable[[Pen], None]] = {
    "school": _school, "home": _home, "telephone": _telephone, "talk": _talk, "door": _door, "kitchen": _kitchen, "road": _road,
}  # fmt: skip
