# The words of many files, counted by a pool of processes. imap_unordered() gives the counts of whichever file is read
# first, with a line about the progress now and then. Each worker is told once, when it starts, which words not to count.
#
# One of the files is no text: what its count raises is raised where its counts would have come, and the others go on.
import collections
import multiprocessing
import pathlib
import tempfile

SYLLABLES = ["ka", "lo", "mi", "ner", "os", "pu", "ri", "sta", "ten", "vu", "wen", "zy"]

# In each worker.
stop_words = set()


def start_worker(words):
    stop_words.update(words)


# Sixty files, the last one no text, each of the others with some thousand words: something to work on.
def fill(folder):
    state = 1
    for i in range(60):
        with open(folder / f"file{i}.txt", "wb") as file:
            for _ in range(300):
                for _ in range(12):
                    state = (state * 1103515245 + 12345) % 2147483648
                    file.write((SYLLABLES[state // 65536 % 12] + SYLLABLES[state // 1048576 % 12] + " ").encode())
                file.write(b"the and of\n")
            if i == 59:
                file.write(b"\0")


def count_words(path):
    text = path.read_bytes().decode()
    if "\0" in text:
        raise ValueError(f"{path.name} is no text")
    counts = collections.Counter()
    for word in text.split():
        if word not in stop_words:
            counts[word] += 1
    return counts


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        fill(folder)
        paths = [path for path in folder.iterdir()]
        print(f"{len(paths)} files to read")

        total = collections.Counter()
        failures = []
        seen = 0
        with multiprocessing.Pool(4, start_worker, (["the", "and", "of"],)) as pool:
            results = pool.imap_unordered(count_words, paths)
            while True:
                try:
                    total.update(next(results))
                except StopIteration:
                    break
                except ValueError as error:
                    failures.append(str(error))
                seen += 1
                if seen % 10 == 0:
                    print(f"{seen} of {len(paths)} files")

    for failure in failures:
        print(f"Left out: {failure}")
    print(f"{total.total()} words, {len(total)} different ones; the most frequent:")
    for word, count in sorted(total.items(), key=lambda item: (-item[1], item[0]))[:5]:
        print(f"{word}: {count}")


if __name__ == "__main__":
    main()
