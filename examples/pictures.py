#!/usr/bin/env python3
"""The pictures of the programs that make thumbnails, and whether those are what they should be.

    pictures.py make FOLDER     writes FOLDER/images/1.jpg to 5.jpg, and an empty FOLDER/thumbs
    pictures.py check FOLDER    compares FOLDER/thumbs with what Pillow makes of them; prints what is wrong
    pictures.py selftest        that a wrong thumbnail is found

Needs Pillow (Debian: python3-pil).
"""

import io
import pathlib
import shutil
import sys
import tempfile

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageStat

SIZES = [(100, 80), (120, 50), (60, 90), (40, 30), (640, 480)]  # The fourth is small enough as it is.
MOST = (50, 50)

# Of 255, on average over a picture. JPEG and another way to make a picture smaller cost 2 to 5; a blur that is missing
# costs 20 and more where the picture is made hardly smaller.
SAME = 7.0
OTHER = 8.0


def picture(number, size):
    """Stripes and disks, with sharp edges everywhere, in other colours for each number."""
    image = Image.new("RGB", size)
    draw = ImageDraw.Draw(image)
    width, height = size
    step = max(4, width // 10)
    colours = [(250, 40 * number, 20), (10, 60, 240 - 40 * number), (245, 245, 230), (5, 10, 15)]
    for i, left in enumerate(range(0, width, step)):
        for j, top in enumerate(range(0, height, step)):
            draw.rectangle([left, top, left + step - 1, top + step - 1], fill=colours[(i + 2 * j) % 4])
    radius = min(size) // 4
    middle = (width // 2, height // 2)
    draw.ellipse([middle[0] - radius, middle[1] - radius, middle[0] + radius, middle[1] + radius], fill=(250, 220, 0))
    return image


def make(folder):
    images = folder / "images"
    images.mkdir()
    (folder / "thumbs").mkdir()
    for number, size in enumerate(SIZES, 1):
        picture(number, size).save(images / f"{number}.jpg", quality=95)


def thumbnail(path, blurred=True):
    """What Pillow makes of it, as it is read again from a JPEG file."""
    image = Image.open(path)
    if blurred:
        image = image.filter(ImageFilter.GaussianBlur())
    image.thumbnail(MOST)
    written = io.BytesIO()
    image.save(written, "JPEG")
    return Image.open(written)


def distance(one, other):
    return sum(ImageStat.Stat(ImageChops.difference(one.convert("RGB"), other.convert("RGB"))).mean) / 3


def check(folder):
    problems = []
    for number in range(1, len(SIZES) + 1):
        original = folder / "images" / f"{number}.jpg"
        made = folder / "thumbs" / f"{number}.jpg"
        wanted = thumbnail(original)
        try:
            with Image.open(made) as image:
                image.load()
        except OSError as error:
            problems.append(f"thumbs/{number}.jpg: {error}")
            continue
        if image.format != "JPEG":
            problems.append(f"thumbs/{number}.jpg is {image.format}, not JPEG")
        if image.size != wanted.size:
            problems.append(f"thumbs/{number}.jpg is {image.size}, not {wanted.size}")
            continue
        far = distance(image, wanted)
        if far > SAME:
            problems.append(f"thumbs/{number}.jpg differs by {far:.1f} of 255 from what Pillow makes")
        sharp = thumbnail(original, blurred=False)
        if distance(wanted, sharp) > OTHER and distance(image, sharp) < OTHER:
            problems.append(f"thumbs/{number}.jpg is not blurred")
    extra = {path.name for path in (folder / "thumbs").iterdir()} - {f"{n}.jpg" for n in range(1, len(SIZES) + 1)}
    problems += [f"thumbs/{name} should not be there" for name in sorted(extra)]
    return problems


def selftest():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make(folder)
        assert len(check(folder)) == 5, "missing ones are found"
        visible = 0
        for number in range(1, len(SIZES) + 1):
            original = folder / "images" / f"{number}.jpg"
            made = folder / "thumbs" / f"{number}.jpg"
            thumbnail(original).save(made)
            sharp = distance(thumbnail(original), thumbnail(original, blurred=False))
            visible += sharp > OTHER
        assert check(folder) == [], "good ones are good"
        assert visible >= 4, "a blur can be seen in four of them"
        for number in range(1, len(SIZES) + 1):
            original = folder / "images" / f"{number}.jpg"
            made = folder / "thumbs" / f"{number}.jpg"
            if distance(thumbnail(original), thumbnail(original, blurred=False)) > OTHER:
                thumbnail(original, blurred=False).save(made)
                assert any("not blurred" in line for line in check(folder)), "one without a blur is found"
            shutil.copy(original, made)
            if SIZES[number - 1] != thumbnail(original).size:
                assert any("not (" in line for line in check(folder)), "one of the wrong size is found"
            thumbnail(original).transpose(Image.FLIP_TOP_BOTTOM).save(made, "PNG")
            assert any("not JPEG" in line for line in check(folder)), "one of another kind is found"
            thumbnail(original).save(made)
        assert check(folder) == []
    return 0


def main(arguments):
    if arguments == ["selftest"]:
        return selftest()
    if len(arguments) != 2 or arguments[0] not in ("make", "check"):
        print(__doc__, file=sys.stderr)
        return 2
    folder = pathlib.Path(arguments[1])
    if arguments[0] == "make":
        make(folder)
        return 0
    problems = check(folder)
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
