# thread_falsy_target: a target is called even if it is false as a bool.
# needs: 3.11
# From: bpo-41149: a thread whose target was falsy did nothing.
import threading


class Falsy:
    def __init__(self):
        self.calls = []

    def __bool__(self):
        return False

    def __call__(self, *args):
        self.calls.append(len(args))


target = Falsy()
print("falsy:", not target)
without = threading.Thread(target=target)
without.start()
without.join()
with_two = threading.Thread(target=target, args=(1, 2))
with_two.start()
with_two.join()
timer = threading.Timer(0, target, [1])
timer.start()
timer.join()
print("calls with:", target.calls)
