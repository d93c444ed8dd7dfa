# Two processes that compute: each has an interpreter, and a lock, of its own, so they run at the same time.
# demo: unordered .* primes below.*
# demo: seconds within 15
import multiprocessing
import time


def count_primes(limit):
    count = 0
    for number in range(2, limit):
        divisor = 2
        while divisor * divisor <= number and number % divisor != 0:
            divisor += 1
        if divisor * divisor > number:
            count += 1
    print(f"{count} primes below {limit}")


if __name__ == "__main__":
    start = time.perf_counter()

    p1 = multiprocessing.Process(target=count_primes, args=(60_000,))
    p2 = multiprocessing.Process(target=count_primes, args=(80_000,))

    p1.start()
    p2.start()

    p1.join()
    p2.join()

    finish = time.perf_counter()
    print(f"{p1.name} and {p2.name} have ended with {p1.exitcode} and {p2.exitcode}")
    print(f"It took {finish - start:.2f} second(s) to finish")
