# The SHA-256 of every file below a folder, computed by a pool of threads, with a line about the
# progress now and then. as_completed() gives the Futures in the order in which they are done.
import hashlib
import pathlib
import tempfile
from concurrent import futures


# Sixty files in six folders, the largest of about 100 KB: something to work on.
def fill(folder):
    for i in range(60):
        path = folder / f"folder{i % 6}" / f"file{i}.txt"
        path.parent.mkdir(exist_ok=True)
        with open(path, "wb") as file:
            for line in range(i * 60 + 1):
                file.write(f"This is line {line} of file {i}\n".encode())


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def hash_file(path):
    return sha256(path.read_bytes())


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        fill(folder)
        paths = [path for path in folder.rglob("*") if path.is_file()]
        print(f"{len(paths)} files to hash")

        lines = []
        with futures.ThreadPoolExecutor(max_workers=4) as executor:
            hashes = {executor.submit(hash_file, path): path for path in paths}
            for future in futures.as_completed(hashes):
                path = hashes[future].relative_to(folder)
                lines.append(f"{future.result()}  {path}\n")
                if len(lines) % 10 == 0:
                    print(f"{len(lines)} of {len(paths)} files")

    # Sorted, because the files are done in any order.
    lines.sort()
    print(f"The first: {lines[0].strip()}")
    print(f"The last: {lines[-1].strip()}")
    print(f"All of them: {sha256(''.join(lines).encode())}")


if __name__ == "__main__":
    main()
