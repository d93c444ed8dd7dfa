# The five thumbnails of process_thumbnails by map() of a pool of processes: it calls the function for each file name,
# in as many processes as there are processors. The end of the with block waits for all of them.
# demo: pictures
# demo: unordered .* was processed.*
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
]


def create_thumbnail(filename, size=(50, 50), thumb_dir="thumbs"):
    # open the image
    img = Image.open(filename)

    # apply the Gaussian blur filter
    img = img.filter(ImageFilter.GaussianBlur())

    # create a thumbnail
    img.thumbnail(size)

    # save the image
    img.save(f"{thumb_dir}/{os.path.basename(filename)}")

    # display a message
    print(f"{filename} was processed: {img.size[0]} x {img.size[1]}")


def main():
    start = time.perf_counter()

    with futures.ProcessPoolExecutor() as executor:
        executor.map(create_thumbnail, filenames)

    finish = time.perf_counter()
    print(f"It took {finish - start:.2f} second(s) to finish")


if __name__ == "__main__":
    main()
