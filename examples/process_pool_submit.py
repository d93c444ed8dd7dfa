# The five thumbnails once more, by submit() of a pool of processes: each call gives a Future at once, and its result()
# is what the function returned in another process, or raises what it raised there: the last file is none.
# demo: pictures
# demo: seconds within 15
import os
import time
from concurrent import futures

from PIL import Image, ImageFilter

filenames = [
    "images/1.jpg",
    "images/2.jpg",
    "images/3.jpg",
    "images/4.jpg",
    "images/5.jpg",
    "images/6.jpg",
]


def create_thumbnail(filename, size=(50, 50), thumb_dir="thumbs"):
    if not os.path.exists(filename):
        raise ValueError(f"there is no {filename}")

    # open the image
    img = Image.open(filename)

    # apply the Gaussian blur filter
    img = img.filter(ImageFilter.GaussianBlur())

    # create a thumbnail
    img.thumbnail(size)

    # save the image
    img.save(f"{thumb_dir}/{os.path.basename(filename)}")

    return img.size


def main():
    start = time.perf_counter()

    with futures.ProcessPoolExecutor(max_workers=3) as executor:
        # start the calls
        calls = [executor.submit(create_thumbnail, filename) for filename in filenames]

        # wait for their results, one after the other
        for filename, call in zip(filenames, calls):
            try:
                width, height = call.result()
                print(f"{filename} was processed: {width} x {height}")
            except ValueError as error:
                print(f"{filename} was not: {error}")

    finish = time.perf_counter()
    print(f"It took {finish - start:.2f} second(s) to finish")


if __name__ == "__main__":
    main()
