# pool_map_abandoned: results that are given up half way cancel what has not begun; those that nobody iterates do not.
# needs: 3.11
# From: row F14, and bpo-11777, whose answer made map() submit at once, without iteration.
import concurrent.futures as futures
import threading


def check(what, use):
    begun = threading.Event()
    go = threading.Event()
    ran = []

    def work(number):
        ran.append(number)
        if number == 2:
            begun.set()
            go.wait()
        return number

    with futures.ThreadPoolExecutor(1) as executor:
        results = executor.map(work, range(6))
        begun.wait()
        use(results)
        del results
        go.set()
    print(what, ran)


check("never iterated:", lambda results: None)
check("one taken:", lambda results: print("taken:", next(results)))
check("two taken:", lambda results: print("taken:", next(results), next(results)))


def stop_early(results):
    for result in results:
        print("taken:", result)
        break


check("loop left:", stop_early)
