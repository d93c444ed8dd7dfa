# queues: work that is handed from thread to thread, as docs/porting_queues.md shows it.
# needs: 3.13
import queue
import threading


# [sentinel]
def produce(items):
    for number in range(5):
        items.put(number)  # Waits while there are two.
    items.put(None)  # No more.


def consume(items, total):
    while (number := items.get()) is not None:
        total.append(number)


def one_to_one():
    items = queue.Queue(maxsize=2)
    total = []
    producer = threading.Thread(target=produce, args=(items,))
    consumer = threading.Thread(target=consume, args=(items, total))
    producer.start()
    consumer.start()
    producer.join()
    consumer.join()
    print(sum(total))
# [/sentinel]


# [shutdown]
def square_all(numbers, squares):
    while True:
        try:
            number = numbers.get()
        except queue.ShutDown:
            return
        squares.put(number * number)


def many_to_many():
    numbers = queue.Queue()
    squares = queue.SimpleQueue()
    workers = [threading.Thread(target=square_all, args=(numbers, squares)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for number in range(10):
        numbers.put(number)
    numbers.shutdown()  # What is in it is still given out.
    for worker in workers:
        worker.join()
    print(squares.qsize(), sum(squares.get() for _ in range(10)))
    try:
        numbers.put(10)
    except queue.ShutDown:
        print("nothing can be put any more")
# [/shutdown]


# [join]
def work(jobs, done):
    while True:
        job = jobs.get()
        done.put(job)
        jobs.task_done()


def wait_for_the_work():
    jobs = queue.Queue()
    done = queue.SimpleQueue()
    for _ in range(2):
        threading.Thread(target=work, args=(jobs, done), daemon=True).start()
    for job in range(4):
        jobs.put(job)
    jobs.join()  # Until task_done() has been called four times.
    print(done.qsize())
# [/join]


# [priority]
def by_priority():
    tasks = queue.PriorityQueue()
    tasks.put((2, "sweep"))
    tasks.put((1, "cook"))
    tasks.put((3, "sleep"))
    while not tasks.empty():
        priority, name = tasks.get()
        print(priority, name)

    plates = queue.LifoQueue()
    for plate in ["blue", "red"]:
        plates.put(plate)
    print(plates.get(), plates.get())
# [/priority]


# [timeouts]
def full_and_empty():
    slots = queue.Queue(1)
    slots.put("first")
    try:
        slots.put("second", timeout=0.01)
    except queue.Full:
        print("full:", slots.full(), slots.qsize())
    print(slots.get_nowait())
    try:
        slots.get(block=False)
    except queue.Empty:
        print("empty:", slots.empty())
# [/timeouts]


if __name__ == "__main__":
    one_to_one()
    many_to_many()
    wait_for_the_work()
    by_priority()
    full_and_empty()
