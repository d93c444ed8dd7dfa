# pools: a pool of processes, as docs/porting_pools.md shows it.
# needs: 3.11
import multiprocessing


# [pool]
def square(x):
    return x * x


def power(base, exponent):
    return base**exponent


def squares():
    with multiprocessing.Pool(processes=4) as pool:
        print(pool.map(square, range(10)))
        print(pool.starmap(power, [(2, 3), (3, 2)]))
        result = pool.apply_async(power, (2, 10))
        print(result.get(timeout=5))
# [/pool]


# [initializer]
prefix = ""


def set_prefix(text):
    global prefix
    prefix = text


def label(number):
    return prefix + str(number)


def labels():
    with multiprocessing.Pool(2, set_prefix, ("no. ",)) as pool:
        print(pool.map(label, [1, 2, 3], chunksize=1))
# [/initializer]


# [imap]
def check(number):
    if number == 2:
        raise ValueError("two is not wanted")
    return number


def one_by_one():
    with multiprocessing.Pool(2) as pool:
        print(sum(pool.imap_unordered(square, range(1000), chunksize=100)))
        it = pool.imap(check, range(4))
        while True:
            try:
                number = it.next(timeout=5)
            except StopIteration:
                break
            except ValueError as error:
                print(error)
                continue
            print(number)
# [/imap]


# [callbacks]
def told():
    seen = []
    pool = multiprocessing.Pool(1)
    for number in range(3):
        pool.apply_async(check, (number,), callback=seen.append, error_callback=lambda error: seen.append(-1))
    pool.close()
    pool.join()
    print(seen)
# [/callbacks]


if __name__ == "__main__":
    multiprocessing.freeze_support()
    squares()
    labels()
    one_by_one()
    told()
