# thread_pools: Pool's face over threads, as docs/porting_pools.md shows it.
# needs: 3.11
from multiprocessing.pool import ThreadPool


# [threads]
def totals(orders, prices):
    with ThreadPool(4) as pool:
        return pool.map(lambda order: sum(prices[item] for item in order), orders)
# [/threads]


def slow_ones(limit):
    seen = []
    with ThreadPool(2) as pool:
        result = pool.apply_async(lambda number: number + limit, (1,), callback=seen.append)
        print(result.get(timeout=5), seen)
        print(sum(pool.imap_unordered(lambda number: number * limit, range(10), chunksize=3)))
        pool.close()
        pool.join()


if __name__ == "__main__":
    print(totals([["tea", "cake"], ["tea", "tea"], []], {"tea": 2, "cake": 5}))
    slow_ones(10)
