# condition_timed_out_waiter: who has given up takes no notification from those who still wait.
# needs: 3.11
# From: row T11.
import threading

condition = threading.Condition()
waiting = threading.Semaphore(0)
results = {}


def wait(name, timeout):
    with condition:
        waiting.release()
        results[name] = condition.wait(timeout)


patient = []
for number in range(3):
    # In line stand an impatient waiter and, behind it, a patient one.
    impatient = threading.Thread(target=wait, args=(f"impatient {number}", 0.01))
    impatient.start()
    waiting.acquire()
    thread = threading.Thread(target=wait, args=(f"patient {number}", None))
    thread.start()
    waiting.acquire()
    impatient.join()
    patient.append(thread)
for number in range(3):
    with condition:
        condition.notify()
    patient[number].join()
    with condition:
        print(f"patient {number}:", results[f"patient {number}"], len(results))
for number in range(3):
    print(f"impatient {number}:", results[f"impatient {number}"])
with condition:
    print("the line is empty:", condition.wait(0))
