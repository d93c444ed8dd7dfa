# queue_maxsize_one: a queue with room for one item makes producer and consumer take turns.
# needs: 3.11
# From: row Q9: a bounded put() waits, so that the producer is never more than two ahead of what is being worked on.
import queue
import threading

q = queue.Queue(1)
answers = queue.Queue(1)
lock = threading.Lock()
log = []
ahead = 0
most = 0


def produce():
    global ahead, most
    for number in range(300):
        q.put(number)
        with lock:
            ahead += 1
            most = max(most, ahead)
    q.put(-1)


def consume():
    global ahead
    while True:
        item = q.get()
        if item < 0:
            break
        with lock:
            ahead -= 1
            log.append(item)
        q.task_done()
    q.task_done()


producer = threading.Thread(target=produce)
consumer = threading.Thread(target=consume)
producer.start()
consumer.start()
producer.join()
consumer.join()
print("in order:", log == list(range(300)))
print("never more than one in the queue and one in hand:", most <= 2)
print("size:", q.qsize())


# Question and answer.
def answer():
    while True:
        number = q.get()
        if number < 0:
            break
        answers.put(number * number)
        q.task_done()
    q.task_done()


thread = threading.Thread(target=answer)
thread.start()
total = 0
for number in range(300):
    q.put(number)
    total += answers.get()
q.put(-1)
q.join()
thread.join()
print("total:", total, q.qsize(), answers.qsize())
